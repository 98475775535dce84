"""The WSGI door for gunicorn."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Text is UTF-8 here, whatever a request claims: Python knows charsets that aren't of text, and Django asks them."""
    kind, named = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
    if "charset" in named:
        environ["CONTENT_TYPE"] = f'{kind}; boundary="{named["boundary"]}"' if "boundary" in named else kind
    return _django(environ, start_response)
