"""The sheets of a bill, and drawing a bill on one of them."""

from pathlib import Path

from django.conf import settings

from billing.models import Paper
from clinic import press

SHEETS = Path(settings.BASE_DIR) / "templates" / "billing" / "paper"


def draw(page: str, form: Paper.Format, colour: str = "") -> bytes:
    """The PDF of `page`, on the sheet of its format; a slip is cut under its last line."""
    return press.draw(
        page,
        SHEETS / f"{form}.css",
        cut=form == Paper.Format.SLIP,
        colour=colour if form == Paper.Format.A4 else "",
    )
