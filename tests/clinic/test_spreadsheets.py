"""Files for spreadsheets: no cell runs, whatever was typed; the names of files are ours alone."""

import csv
import datetime
import io
import itertools
import re
import zipfile
from decimal import Decimal

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from clinic.spreadsheets import csv_file, harmless, xlsx_file
from tests.factories.forms import stage
from tests.factories.money import in_advance

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
REST = [
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://evil.example";"x")',
    '","=1+1',
    "\n=1+1",
    "",
    "\0",
    "9\t=1",
]
CALLS = ["SUM(A1:A9)", "DDE(a;b)", "IMPORTXML(A1)", "WEBSERVICE(A1)", "-2+3", "1e5"]


def live(cell: str) -> bool:
    """A spreadsheet would compute it. A negative number is no harm."""
    return cell.startswith(tuple(STARTS)) and not re.fullmatch(r"-\d*\.?\d*", cell)


def cells(response) -> list[list[str]]:
    text = (b"".join(response) if response.streaming else response.content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_of_a_thousand_payloads_none_is_live_and_all_are_in_their_cell():
    payloads = [
        f"{start}{again}{rest}"
        for start, again, rest in itertools.product(STARTS, ["", *STARTS], [*REST, *CALLS])
    ]
    assert len(payloads) > 1000
    rows = cells(csv_file("x", ["=head"], ([payload, "end"] for payload in payloads)))
    assert len(rows) == len(payloads) + 1
    assert all(len(row) == 2 for row in rows[1:])
    assert not [row for row in rows if any(live(cell) for cell in row)]


@pytest.mark.parametrize(
    ("cell", "written"),
    [(Decimal("-5.00"), "-5.00"), (-3, -3), (None, None), ("-", "'-"), ("Priya -", "Priya -"), ("-1-2", "'-1-2")],
)  # fmt: skip
def test_numbers_stay_numbers(cell, written):
    assert harmless(cell) == written


def test_a_workbook_holds_numbers_dates_and_texts_and_no_formula():
    day, at = datetime.date(2026, 11, 20), datetime.datetime(2026, 11, 20, 9, 30, tzinfo=datetime.UTC)
    rows = [
        ["=SUM(A1)", Decimal("-12.50"), day, at],
        ["+91 98765 43210", 3, None, ""],
        ["प्रिया 😀", True, "@x", "x" * 40_000],
        *([f"{start}1+1", 1, "http://x.example", "-1"] for start in STARTS),
    ]
    response = xlsx_file("list", ["=name", "sum", "day", "at"], rows)
    assert response["Content-Disposition"] == 'attachment; filename="list.xlsx"'
    content = b"".join(response.streaming_content)
    assert b"<f>" not in b"".join(each for each in parts(content))
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert read[0] == ["=name", "sum", "day", "at"]
    assert read[1] == ["=SUM(A1)", -12.5, day, at.replace(tzinfo=None)]
    assert read[2] == ["+91 98765 43210", 3, "", ""]
    assert read[3][:3] == ["प्रिया 😀", True, "@x"]
    assert len(read[3][3]) == 32_767
    assert [row[0][:1].strip() for row in read[4:]] == [start.strip() for start in STARTS]


def parts(book: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return [archive.read(name) for name in archive.namelist() if "sheet" in name]


@pytest.mark.parametrize(
    "name", ["customer-export", "invoice-export", "item-export", "payment-export", "outstanding-export"]
)
def test_every_export(world, sign_in, name):
    """What people typed, everywhere a formula; the file's name holds none of it."""
    on = stage(world.branch, world.receptionist, name="=HYPERLINK(A1)")
    in_advance(world.branch, by=world.receptionist, customer=on.customer)
    for row, column in ((on.item, "name"), (on.item, "sku"), (on.batch, "number"), (on.customer, "full_name"),
                        (on.customer, "city"), (on.customer, "allergies"), (on.customer, "chief_concern")):  # fmt: skip
        type(row).objects.filter(pk=row.pk).update(**{column: "@SUM(A1)\n=1"})
    response = sign_in(world.owner).get(reverse(name), {"q": "", "show": "", "sort": '"; filename="x.exe'})
    assert response.status_code == 200
    rows = cells(response)
    assert len(rows) > 1
    assert any("@SUM" in cell or "=HYPERLINK" in cell for row in rows for cell in row)
    assert [cell for row in rows for cell in row if live(cell)] == []
    disposition = response["Content-Disposition"]
    assert re.fullmatch(
        r'attachment; filename="(customers|invoices|stock|payments|outstanding)-\d{4}-\d\d-\d\d\.csv"',
        disposition,
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8"
