"""The WSGI door for gunicorn."""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")


def refuse_known_key() -> None:
    """Sessions signed and ids sealed with a key from the source code would be anybody's to forge and to read."""
    known = settings.KEY_FOR_COMMANDS
    for name, setting in (
        ("SECRET_KEY", "SECRET_KEY"),
        ("SEALING_KEYS", "SEALING_KEYS"),
        ("INDEX_KEY", "INDEX_KEYS"),
    ):
        value = getattr(settings, setting)
        if value in ("", []) or known in (value, *value):
            raise ImproperlyConfigured(f"{name} is missing: set it in the environment to a long random text.")


refuse_known_key()
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Text is UTF-8 here, whatever a request claims: Python knows charsets that aren't of text, and Django asks them."""
    kind, named = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
    if "charset" in named:
        environ["CONTENT_TYPE"] = f'{kind}; boundary="{named["boundary"]}"' if "boundary" in named else kind
    return _django(environ, start_response)


# What is loaded by now is shared with the processes forked later, and stays so: the collector doesn't write on it.
gc.collect()
gc.freeze()
