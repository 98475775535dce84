"""From a page of HTML to a PDF.

One lock stands round the renderer: a font configuration that two threads share corrupts memory. Pages are drawn from
our own templates and sheets alone; whatever else a page asked for would be refused.
"""

import threading
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from billing.models import Paper

_drawing = threading.Lock()
SHEETS = Path(settings.BASE_DIR) / "templates" / "billing" / "paper"
SLIP_MARGIN = 12  # CSS pixels left under the last line of a slip


def draw(page: str, form: Paper.Format) -> bytes:
    """The PDF of `page`, on the sheet of its format."""
    with _drawing:
        fonts, sheets = _tools()
        source = HTML(string=page, base_url=None, url_fetcher=_nothing_from_outside())
        document = source.render(stylesheets=[sheets[form]], font_config=fonts)
        if form == Paper.Format.SLIP:
            _cut(document)
        return document.write_pdf()


def _cut(document: Any) -> None:
    """A slip is as long as what stands on it: the roll is cut under the last line."""
    page = document.pages[-1]
    end = page.anchors["end"]
    page.height = end[1] + SLIP_MARGIN


@cache
def _tools() -> tuple[FontConfiguration, dict[str, CSS]]:
    fonts = FontConfiguration()
    return fonts, {
        form: CSS(filename=str(SHEETS / f"{form}.css"), font_config=fonts) for form in Paper.Format.values
    }


def _nothing_from_outside() -> URLFetcher:
    """Pictures come inside the page as data; no file and no address is ever opened."""
    return URLFetcher(allowed_protocols=["data"])
