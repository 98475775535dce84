"""An ID card, front and back, in the size of a bank card (ID-1 of ISO/IEC 7810). Drawn by clinic/press.py.

All words come from the card's own snapshot; `rows` are the lines on its front, `terms` the small print on its back.
"""

import base64
import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from clinic import letterhead

SHEET = Path(settings.BASE_DIR) / "templates" / "components" / "paper" / "card.css"


def draw(card: Any, *, zone: datetime.tzinfo, rows: Iterable[tuple[str, str]], terms: str) -> bytes:
    """A PDF of two pages, from the card's own snapshot. The code holds the reference number: the search finds by it."""
    code = segno.make(card.snapshot["reference"], error="m", micro=False)
    facts = {
        "card": card,
        "shown": card.snapshot,
        "rows": rows,
        "terms": terms,
        "portrait": _data("image/webp", bytes(card.portrait)) if card.portrait else "",
        "logo": letterhead.inside(card.snapshot["clinic"]["logo"]),
        "code": code.svg_data_uri(scale=4, border=0),
    }
    with translation.override(settings.LANGUAGE_CODE), timezone.override(zone):
        page = render_to_string("components/paper/card.html", facts)
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, SHEET, colour=card.snapshot["clinic"].get("brand", ""))


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
