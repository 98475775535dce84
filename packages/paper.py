"""What packages print: the liability of a day. Drawn by clinic/press.py."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from clinic import letterhead
from clinic.models import Branch
from packages.queries import Liability

SHEETS = Path(settings.BASE_DIR) / "templates" / "packages" / "paper"


def liability(branch: Branch, figures: Liability, rows: Iterable[Any]) -> bytes:
    """The PDF, in the clinic's language and time whoever asks for it."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(branch.zone):
        facts = letterhead.of(branch) | {"figures": figures, "rows": rows, "drawn": timezone.localtime()}
        page = render_to_string("packages/paper/liability.html", facts)
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, SHEETS / "a4.css", colour=branch.brand_colour)
