"""Labels for the boxes of a batch: what it is, until when, how it is kept, and a barcode that a scan finds it by."""

import base64
import io
from pathlib import Path

from barcode import Code128
from barcode.writer import SVGWriter
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from clinic.models import Branch
from inventory.models import Batch

SHEET = Path(settings.BASE_DIR) / "templates" / "inventory" / "paper" / "labels.css"


def sheet(batch: Batch, copies: int, branch: Branch) -> bytes:
    """A PDF of A4 sheets, 24 labels each of 70 by 37 mm."""
    with translation.override(settings.LANGUAGE_CODE):
        page = render_to_string(
            "inventory/paper/labels.html",
            {"batch": batch, "copies": range(copies), "code": barcode(batch.label_code), "branch": branch},
        )
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, SHEET)


def barcode(text: str) -> str:
    """Code 128 as a data address of an SVG."""
    file = io.BytesIO()
    options = {"module_width": 0.3, "module_height": 9, "write_text": False, "quiet_zone": 2}
    Code128(text, writer=SVGWriter()).write(file, options)
    return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"
