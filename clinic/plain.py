"""Words that are kept, printed or handed out: in the language of the house, whoever writes them.

What a page says is for the one who reads it; a reason, a note, a paper or a line of a bill is read by others.
"""

from typing import Any

from django.conf import settings
from django.utils import translation


def plainly() -> translation.override:
    """`with plainly():` around what makes such words."""
    return translation.override(settings.LANGUAGE_CODE)


def plain(text: Any) -> str:
    """One lazy translation as it is kept."""
    with plainly():
        return str(text)
