"""The one way in which the product asks another server over HTTP.

What is sent holds keys and phone numbers: it goes to the server that was named in the settings, never on to where an
answer points, and nobody waits for it longer than `PATIENCE`. `tests/test_architecture.py` finds any other way.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests

PATIENCE = 10  # seconds


def session() -> "requests.Session":
    """Raises TooManyRedirects, an OSError, where an answer points elsewhere."""
    import requests  # a quarter of a second that only whoever sends something should wait for

    found = requests.Session()
    found.max_redirects = 0
    return found
