"""Lists as CSV files that open in a spreadsheet as they are, and do nothing there."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

BOM = "\ufeff"  # without it a spreadsheet guesses the encoding, and guesses wrong for Indian scripts
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: Any) -> str:
    """The text of a cell; what a spreadsheet could run as a formula gets an apostrophe before it. None is empty."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


class _Line:
    def write(self, line: str) -> str:
        return line


def lines(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield BOM + writer.writerow([neutral(cell) for cell in head])
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])


def download(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A streamed answer that the browser saves as `name`.csv."""
    return StreamingHttpResponse(
        lines(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
