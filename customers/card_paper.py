"""The ID card, front and back, in the size of a bank card (ID-1 of ISO/IEC 7810). Drawn by clinic/press.py."""

import base64
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from clinic import letterhead
from customers.models import IdCard

SHEET = Path(settings.BASE_DIR) / "templates" / "customers" / "paper" / "card.css"


def draw(card: IdCard) -> bytes:
    """A PDF of two pages, from the card's own snapshot. The code holds the reference number: the search finds by it."""
    code = segno.make(card.snapshot["reference"], error="m", micro=False)
    facts = {
        "card": card,
        "shown": card.snapshot,
        "portrait": _data("image/webp", bytes(card.portrait)) if card.portrait else "",
        "logo": letterhead.inside(card.snapshot["clinic"]["logo"]),
        "code": code.svg_data_uri(scale=4, border=0),
    }
    with translation.override(settings.LANGUAGE_CODE), timezone.override(card.customer.home_branch.zone):
        page = render_to_string("customers/paper/card.html", facts)
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, SHEET, colour=card.snapshot["clinic"].get("brand", ""))


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
