"""A file's way: received, checked whole, written whole."""

import csv
import datetime
import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from uuid_utils import compat

from clinic.refusals import Refusal
from customers.models import Customer, ReferenceCounter
from imports import domain, importers
from imports.models import Import
from tests import factories

HEAD = ["Full name", "Phone", "Gender", "Date of birth", "Reference number"]


def csv_of(*rows, head=HEAD) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


def xlsx_of(*rows, head=HEAD) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate([head, *rows]):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime.date):
                    sheet.write_datetime(number, place, datetime.datetime.combine(cell, datetime.time()), day)
                else:
                    sheet.write(number, place, cell)
    return out.getvalue()


@pytest.fixture
def sent(world):
    """Receives and checks a file, as the worker would."""

    def send(content: bytes, kind: str = "customers", name: str = "list.csv") -> Import:
        file = SimpleUploadedFile(name, content)
        imported = domain.receive(by=world.owner, branch=world.branch, kind=kind, file=file)
        domain.go_on(import_id=imported.pk)
        imported.refresh_from_db()
        return imported

    return send


def run(world, imported: Import) -> Import:
    domain.start(by=world.owner, imported=imported)
    domain.go_on(import_id=imported.pk)
    imported.refresh_from_db()
    return imported


def sentences(imported: Import) -> list[tuple[int, str, str]]:
    return [tuple(row[:3]) for row in imported.findings]


def test_people_come_in_with_new_and_old_numbers(world, sent):
    imported = sent(csv_of(
        ["Priya Mehta", "98450 12345", "Female", "09/03/1992", ""],
        ["प्रिया 😀", "9876543210", "f", "1992-03-09", "KIS202200017"],
    ))  # fmt: skip
    assert (imported.state, imported.rows, imported.wrong, imported.findings) == ("checked", 2, 0, [])
    assert not Customer.objects.filter(full_name="Priya Mehta").exists()
    imported = run(world, imported)
    assert (imported.state, imported.written, imported.file.name, imported.sample) == ("done", 2, "", [])
    priya = Customer.objects.get(full_name="Priya Mehta")
    assert (priya.phone, priya.born_on, priya.home_branch) == (
        "+919845012345",
        datetime.date(1992, 3, 9),
        world.branch,
    )
    assert len(priya.reference) == 12 and priya.standing.due == 0
    assert Customer.objects.get(reference="KIS202200017").gender == "female"
    nobody_more = ReferenceCounter.objects.get(stem=world.branch.code[:2]).last_serial
    assert nobody_more >= 1


@pytest.mark.parametrize(
    "shown", ["2026-03-09", "09/03/2026", "9 Mar 2026", "09.03.2026", datetime.date(2026, 3, 9)]
)
def test_a_date_may_be_written_in_many_ways(sent, shown):
    imported = sent(xlsx_of(["Priya Mehta", 9845012345, "Female", shown, ""]), name="list.xlsx")
    assert (imported.wrong, imported.sample[0][imported.head.index("Date of birth")]) == (0, "2026-03-09")


def test_every_row_says_what_is_wrong_and_nothing_is_written(world, sent):
    imported = sent(csv_of(
        ["Priya Mehta", "98450 12345", "Female", "", ""],
        ["", "98450 12346", "Female", "", ""],
        ["Neha Patel", "12", "Female", "", ""],
        ["Anjali Singh", "98450 12347", "lady", "31/02/1990", ""],
        ["=1+1", "98450 12348", "Male", "", ""],
        ["Ravi Rao", "98450 12349", "Male", "2999-01-01", "A1"],
        ["Asha Rao", "98450 12350", "Female", "", "a1"],
    ))  # fmt: skip
    found = sentences(imported)
    assert [(line, column) for line, column, _ in found] == [
        (3, "Full name"), (4, "Phone"), (5, "Gender"), (5, "Date of birth"), (6, "Full name"), (7, "Date of birth"),
    ]  # fmt: skip
    assert imported.wrong == 5 and not imported.can_start
    with pytest.raises(Refusal):
        domain.start(by=world.owner, imported=imported)
    assert not Customer.objects.filter(full_name="Priya Mehta").exists()


def test_a_number_twice_in_the_file_or_taken_already(world, sent):
    known = factories.customer(world.branch, world.receptionist)
    imported = sent(csv_of(
        ["Priya One", "98450 12345", "Female", "", "A1"],
        ["Priya Two", "98450 12346", "Female", "", "a1"],
        ["Priya Three", "98450 12347", "Female", "", known.reference],
    ))  # fmt: skip
    assert [(line, column) for line, column, _ in sentences(imported)] == [
        (3, "Reference number"), (4, "Reference number"),
    ]  # fmt: skip


def test_who_is_known_is_left_out(world, sent):
    factories.customer(world.branch, world.receptionist, full_name="Priya Mehta", phone="+919845012345")
    rows = [["PRIYA MEHTA", "98450 12345", "F", "", ""], ["Neha Patel", "98450 12345", "F", "", ""],
            ["Neha Patel", "98450 12345", "F", "", ""]]  # fmt: skip
    imported = run(world, sent(csv_of(*rows)))
    assert (imported.state, imported.written, imported.left_out) == ("done", 1, 2)
    assert Customer.objects.filter(phone="+919845012345").count() == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"Name,Phone\nPriya,98450\n", "Missing: Gender"),
        (b"Name,Full name,Phone,Gender\n", "twice"),
        (b"MZ\x90\x00\x03\x00" * 50, "neither a CSV file nor a spreadsheet"),
        (b"PK\x03\x04 but nothing more", "can't be read"),
        (b"Name\n" * 50_002, "At most 50,000"),
        (b"x" * (20 * 2**20 + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_such_list_is_refused_at_once(world, content, sentence):
    with pytest.raises(Refusal, match=sentence):
        domain.receive(
            by=world.owner,
            branch=world.branch,
            kind="customers",
            file=SimpleUploadedFile("list.csv", content),
        )
    assert not Import.objects.exists()


def test_the_same_file_comes_in_once(world, sent):
    rows = csv_of(["Priya Mehta", "98450 12345", "Female", "", ""])
    first = sent(rows)
    with pytest.raises(Refusal, match="already"):
        sent(rows)
    domain.drop(by=world.owner, imported=first)
    assert sent(rows).state == "checked"


def test_nothing_is_imported_by_halves(world, sent, monkeypatch):
    imported = sent(csv_of(["Priya Mehta", "98450 12345", "Female", "", ""]))
    importer = importers.get("customers")
    before = Customer.objects.count()

    def write_and_fail(**wanted):
        importer.write(**wanted)
        raise RuntimeError("the machine went away")

    monkeypatch.setitem(
        importers._importers, "customers", importers.Importer(**{**vars(importer), "write": write_and_fail})
    )
    imported = run(world, imported)
    assert (imported.state, Customer.objects.count()) == ("failed", before)
    assert "Nothing was imported" in imported.sentence


def test_what_was_fine_when_checked_is_looked_at_again(world, sent):
    imported = sent(csv_of(["Priya Mehta", "98450 12345", "Female", "", "A1"]))
    factories.customer(world.branch, world.receptionist)
    Customer.objects.update(reference="A1")
    imported = run(world, imported)
    assert (imported.state, imported.wrong, imported.written) == ("checked", 1, 0)


def test_beat_goes_on_and_forgets_what_nobody_decides_on(world, sent):
    file = SimpleUploadedFile("list.csv", csv_of(["Priya Mehta", "98450 12345", "Female", "", ""]))
    imported = domain.receive(by=world.owner, branch=world.branch, kind="customers", file=file)
    domain.keep()
    imported.refresh_from_db()
    assert imported.state == "checked"
    Import.objects.update(updated_at=imported.updated_at - datetime.timedelta(days=3))
    domain.keep()
    imported.refresh_from_db()
    assert (imported.state, imported.sample, imported.file.name) == ("dropped", [], "")


def test_the_pages_lead_from_the_file_to_the_people(world, sign_in):
    client = sign_in(world.owner)
    assert "Customers" in client.get(reverse("import-list")).content.decode()
    assert client.get(reverse("import-template", args=["customers"])).content.startswith(
        b"\xef\xbb\xbfFull name,Phone"
    )
    url = reverse("import-new", args=["customers"])
    wrong = client.post(
        url, {"idempotency_key": compat.uuid7(), "file": SimpleUploadedFile("a.csv", b"a,b\n")}
    )
    assert wrong.status_code == 422 and "Missing" in wrong.content.decode()
    rows = csv_of(["Priya Mehta", "98450 12345", "Female", "", ""])
    sent = client.post(url, {"idempotency_key": compat.uuid7(), "file": SimpleUploadedFile("a.csv", rows)})
    page = client.get(sent["Location"])
    assert "every 1s" in page.content.decode()
    imported = Import.objects.get()
    domain.go_on(import_id=imported.pk)
    assert "Import now" in client.get(sent["Location"]).content.decode()
    client.post(reverse("import-start", args=[imported.pk]), {"idempotency_key": compat.uuid7()})
    domain.go_on(import_id=imported.pk)
    assert "1 row is imported" in client.get(sent["Location"]).content.decode()
    assert Customer.objects.filter(full_name="Priya Mehta").exists()


def test_another_branch_and_other_roles_see_nothing(world, sent, sign_in):
    imported = sent(csv_of(["Priya Mehta", "98450 12345", "Female", "", ""]))
    assert sign_in(world.colleague).get(reverse("import-detail", args=[imported.pk])).status_code in (
        403,
        404,
    )
    assert sign_in(world.receptionist).get(reverse("import-list")).status_code == 403
