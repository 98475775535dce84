"""Lists and registers as files, and where a row of one leads. Who took how much out is kept."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import domain, tables
from billing.tables import Column, Row
from clinic import spreadsheets


def page_of(name: str, key: str = "id") -> Callable[[Row], str]:
    """The address of the page of a row."""
    return lambda row: reverse(name, args=[row[key]]) if name else ""


def as_file(
    request: HttpRequest, stem: str, columns: Sequence[Column], rows: Any, sums: Row | None = None
) -> HttpResponse | FileResponse:
    """`stem` and today as CSV, or as XLSX where that is asked for; with sums under the columns."""
    count = len(rows) if isinstance(rows, list) else rows.count()
    domain.note_export(by=request.user, branch=request.branch, count=count, what=stem)
    found = list(rows) if isinstance(rows, list) else rows.iterator(500)
    head, cells = tables.written(columns, found)
    name = f"{stem}-{timezone.localdate(timezone=request.branch.zone):%Y-%m-%d}"
    lines = [*cells, *([foot(columns, sums)] if sums else [])]
    if request.GET.get("format") == "xlsx":
        return spreadsheets.xlsx_file(name, head, lines)
    return spreadsheets.csv_file(name, head, lines)


def foot(columns: Sequence[Column], sums: Row) -> list[Any]:
    """The last row of a file: what all rows come to."""
    cells = [sums.get(column.key) if column.has_total else None for column in columns]
    return [_("All together"), *cells[1:]]
