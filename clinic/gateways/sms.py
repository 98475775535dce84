"""Text messages: one POST of {"to", "text"} to the gateway named in the settings, with its token as bearer."""

import json
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

PATIENCE = 10  # seconds


class Stay(HTTPRedirectHandler):
    """A message and the token go to the gateway that was named, never on to where its answer points."""

    def redirect_request(self, *_about: Any) -> None:
        return None


def is_configured() -> bool:
    return bool(settings.SMS_GATEWAY_URL)


def send(to: str, text: str) -> None:
    """Hand over one message; `to` as +91... Raises OSError when the gateway doesn't take it."""
    request = Request(  # noqa: S310 - the address is the administrator's
        settings.SMS_GATEWAY_URL,
        data=json.dumps({"to": to, "text": text}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"},
    )
    with build_opener(Stay).open(request, timeout=PATIENCE):
        pass
