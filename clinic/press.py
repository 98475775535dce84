"""From a page of HTML to a PDF.

One lock stands round the renderer: a font configuration that two threads share corrupts memory. Pages are drawn from
our own templates and sheets alone; whatever else a page asked for would be refused. Only a process that draws should
import this: it is 25 MB and most of a second.
"""

import threading
from functools import cache
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

_drawing = threading.Lock()
SLIP_MARGIN = 12  # CSS pixels left under the last line of a slip


def draw(page: str, *sheets: Path, cut: bool = False, colour: str = "") -> bytes:
    """The PDF of `page`, on its style sheets; `cut`: as long as what stands on it, down to the element with the id "end".

    `colour` (#rrggbb) is the house's, for its name, the title and the rules."""
    with _drawing:
        source = HTML(string=page, base_url=None, url_fetcher=_nothing_from_outside())
        document = source.render(stylesheets=[*map(_sheet, sheets), *_tint(colour)], font_config=_fonts())
        if cut:
            last = document.pages[-1]
            last.height = last.anchors["end"][1] + SLIP_MARGIN
        return document.write_pdf()


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _sheet(path: Path) -> Any:
    return CSS(filename=str(path), font_config=_fonts())


def _tint(colour: str) -> list[Any]:
    if not colour:
        return []
    return [
        CSS(
            string=f".clinic, .tint, h1 {{ color: {colour} }} .rule {{ border-color: {colour} }}",
            font_config=_fonts(),
        )
    ]


def _nothing_from_outside() -> URLFetcher:
    """Pictures come inside the page as data; no file and no address is ever opened."""
    return URLFetcher(allowed_protocols=["data"])
