"""Lists as files that a spreadsheet may open without running what somebody typed: CSV and XLSX."""

import csv
import datetime
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponse

# The full-width ones too: some spreadsheets read them like the others.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SHEET_NAME = re.compile(r"[\[\]:*?/\\]")  # what the title of a sheet may not hold


def csv_file(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download `name`.csv in UTF-8 with a byte order mark, without which Excel takes it for Latin-1."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow([harmless(cell) for cell in head])
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - counted for the audit
        writer.writerow([harmless(cell) for cell in row])
    response.row_count = count  # type: ignore[attr-defined]
    return response


def xlsx_file(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A download `name`.xlsx: numbers and dates as such, everything else as text that is never a formula.

    Written row by row, so that 200,000 rows need little memory.
    """
    return xlsx_book(name, [("", head, rows)])


def xlsx_book(
    name: str, sheets: Iterable[tuple[str, Sequence[Any], Iterable[Sequence[Any]]]]
) -> FileResponse:
    """A download `name`.xlsx with several sheets: the title of each (at most 31 characters), its head and its rows."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    looks = {"head": book.add_format({"bold": True}), "text": book.add_format({"quote_prefix": True})}
    count = 0
    for title, head, rows in sheets:
        sheet = book.add_worksheet(SHEET_NAME.sub(" ", title)[:31] or None)
        for column, cell in enumerate(head):
            sheet.write_string(0, column, str(cell), looks["head"])
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, looks["text"])
            count += 1
        sheet.freeze_panes(1, 0)
    book.close()
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
    response.row_count = count  # type: ignore[attr-defined] # for the audit
    return response


def _write(sheet: Any, row: int, column: int, cell: Any, text: Any) -> None:
    """A text that begins like a formula carries the mark with which a spreadsheet keeps it as text when edited."""
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, datetime.datetime):
        sheet.write_datetime(row, column, cell.replace(tzinfo=None))
    elif isinstance(cell, datetime.date):
        sheet.write_datetime(row, column, cell)
    else:
        written = str(cell)[:32_767]  # a cell holds no more
        sheet.write_string(row, column, written, text if written.startswith(FORMULA_STARTS) else None)


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers."""
    if isinstance(cell, int | float) or cell is None:
        return cell
    text = str(cell)
    if text.startswith(FORMULA_STARTS) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal() and text[0] == "-"
