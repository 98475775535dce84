"""From an uploaded file to lines with clean values, with a finding for each cell that isn't right."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from clinic.refusals import Refusal
from imports.columns import Cell, Column, as_text
from imports.importers import Finding, Line

LARGEST = 20 * 2**20  # bytes of an upload
UNPACKED = 400 * 2**20  # bytes that a packed spreadsheet may unpack to
MOST_LINES = 50_000
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
PACKED = b"PK\x03\x04"


def table(content: bytes) -> list[Sequence[Cell]]:
    """All rows of a CSV file, or of the first sheet of an XLSX, XLS or ODS; what it is its content tells.

    Refuses anything else, and what is too large to be a list.
    """
    if len(content) > LARGEST:
        raise Refusal(_("The file is larger than 20 MB. Split the list."), field="file")
    rows = _sheet(content) if content.startswith((PACKED, OLD_EXCEL)) else _csv(content)
    while rows and not any(as_text(cell) for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise Refusal(_("The file is empty."), field="file")
    if len(rows) - 1 > MOST_LINES:
        raise Refusal(
            _("The list has %(count)s rows. At most 50,000 can be imported at a time; split it.")
            % {"count": len(rows) - 1},
            field="file",
        )
    return rows


def _sheet(content: bytes) -> list[Sequence[Cell]]:
    unreadable = Refusal(_("This spreadsheet can't be read. Save it again as XLSX or CSV."), field="file")
    if content.startswith(PACKED):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(part.file_size for part in packed.infolist()) > UNPACKED:
                    raise Refusal(_("The spreadsheet is too large to be a list."), field="file")
        except zipfile.BadZipFile:
            raise unreadable from None
    try:
        return [
            list(row)
            for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        ]
    except (CalamineError, IndexError, OSError, ValueError):
        raise unreadable from None


def _csv(content: bytes) -> list[Sequence[Cell]]:
    words = _decoded(content)
    head = words.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(words, newline=""), delimiter=separator)]
    except csv.Error:
        raise Refusal(_("This is not a list: a line of it is too long."), field="file") from None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise Refusal(_("This is neither a CSV file nor a spreadsheet."), field="file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def head_of(row: Sequence[Cell], columns: Sequence[Column]) -> dict[int, Column]:
    """Which column stands where. Refuses a head in which one is missing or stands twice; unknown ones are passed over."""
    known = {
        _key(str(title)): column for column in columns for title in (column.title, column.name, *column.also)
    }
    found: dict[int, Column] = {}
    for place, cell in enumerate(row):
        column = known.get(_key(as_text(cell)))
        if column in found.values() and column:
            raise Refusal(
                _("The column “%(title)s” stands in the file twice.") % {"title": column.title}, field="file"
            )
        if column:
            found[place] = column
    missing = [str(column.title) for column in columns if column.required and column not in found.values()]
    if missing:
        raise Refusal(
            _("The first row must name the columns. Missing: %(missing)s.") % {"missing": ", ".join(missing)},
            field="file",
        )
    return found


def passed_over(row: Sequence[Cell], head: dict[int, Column]) -> list[str]:
    """Titles of the file that mean nothing here."""
    return [as_text(cell) for place, cell in enumerate(row) if place not in head and as_text(cell)]


def _key(title: str) -> str:
    return re.sub(r"[\W_]+", "", title.casefold())


def lines_of(
    rows: Sequence[Sequence[Cell]], head: dict[int, Column], told: Callable[[int], None]
) -> tuple[list[Line], list[Finding]]:
    """The lines below the head, empty ones left out, and what is wrong with single cells."""
    lines, findings = [], []
    for number, row in enumerate(rows[1:], 2):
        if not any(as_text(cell) for cell in row):
            continue
        line = Line(number)
        for place, column in head.items():
            cell = row[place] if place < len(row) else None
            try:
                line.values[column.name] = column.read(cell)
            except ValueError as problem:
                findings.append(Finding(number, column.name, str(problem)))
            else:
                if column.required and line.values[column.name] in ("", None):
                    findings.append(Finding(number, column.name, _("This must be filled in.")))
        lines.append(line)
        if number % 500 == 0:
            told(number)
    return lines, findings
