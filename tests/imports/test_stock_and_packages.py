"""Items, opening stock and running packages: each line goes through the verb of its page."""

import datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from clinic.models import Event
from clinic.permissions import Permission
from inventory.imports import item_columns
from inventory.models import Balance, Batch, Item, Movement
from packages.models import Enrolment, Session
from staff.models import Grant, Role
from tests import factories
from tests.imports.test_import import csv_of, run, sent, sentences  # noqa: F401 - the fixture

ITEM = ["Name", "Category", "Tax category", "SKU", "Price", "MRP", "Reorder level"]
BATCH = ["Item", "Batch number", "Quantity", "Expires on", "Unit cost"]
PACKAGE = ["Customer", "Package", "Value before tax", "Sold on", "Sessions used", "Paid before tax"]


@pytest.fixture
def tax(world):
    return factories.item(world.branch).tax_category.name


def test_items_come_in_and_known_ones_are_left_out(world, sent, tax):  # noqa: F811
    rows = csv_of(
        ["Vitamin C Serum", "Serum", tax, "VC20", "1,200", "1499", "5"],
        ["Cooling gel", "consumable", tax, "", "", "", ""],
        head=ITEM,
    )
    imported = sent(rows, "items")
    assert (imported.wrong, imported.left_out, Item.objects.filter(name="Cooling gel").exists()) == (
        0,
        0,
        False,
    )
    assert run(world, imported).written == 2
    serum = Item.objects.get(sku="VC20")
    assert (serum.price, serum.mrp, serum.category) == (Decimal(1200), Decimal(1499), "serum")
    again = sent(rows + b"\n", "items")
    assert (again.left_out, again.can_start) == (2, False)


def test_what_is_there_now_is_a_file_that_is_read_back(world, sent, sign_in):  # noqa: F811
    """Under other names all of it comes in again, each field as it was."""
    gel = factories.item(world.branch, name="Peel of old", price=Decimal("1234.50"), storage="Below 25 °C")
    batch = factories.batch(gel, world.branch, world.owner, quantity=9, number="OLD-1")
    client = sign_in(world.owner)

    def now(kind: str) -> bytes:
        response = client.get(reverse("import-present", args=[kind]))
        return b"".join(response).replace(b"of old", b"anew").replace(b"OLD-1", b"NEW-1")

    def only(content: bytes) -> bytes:
        head, *rows = content.splitlines()
        return b"\n".join([head, *(row for row in rows if b"anew" in row)])

    assert run(world, sent(only(now("items")), "items")).written == 1
    anew = Item.objects.get(name="Peel anew")
    for column in item_columns(world.branch):
        if column.name not in ("name", "sku", "barcode"):
            assert getattr(anew, column.name) == getattr(gel, column.name), column.name
    assert run(world, sent(only(now("batches")), "batches")).written == 1
    copy = Batch.objects.get(item=anew)
    assert (copy.number, copy.expires_on, copy.unit_cost) == ("NEW-1", batch.expires_on, batch.unit_cost)
    assert Balance.objects.get(batch=copy).quantity == 9


def test_what_is_there_now_needs_the_right_to_take_it_out(world, sign_in):
    role = Role.objects.create(code="reader", name="Reads files")
    for right in (Permission.IMPORTS_RUN, Permission.INVENTORY_CHANGE):
        Grant.objects.create(role=role, permission=right)
    client = sign_in(factories.person(world.branch, "reader"))
    assert "present" not in client.get(reverse("import-new", args=["items"])).content.decode()
    assert client.get(reverse("import-present", args=["items"])).status_code == 404
    Grant.objects.create(role=role, permission=Permission.INVENTORY_EXPORT)
    assert "present" in client.get(reverse("import-new", args=["items"])).content.decode()
    assert client.get(reverse("import-present", args=["items"])).status_code == 200
    assert sign_in(world.owner).get(reverse("import-present", args=["customers"])).status_code == 404


def test_what_the_verb_would_refuse_is_found_by_the_dry_run(world, sent, tax):  # noqa: F811
    imported = sent(
        csv_of(
            ["Serum", "Serum", tax, "A", "10", "20", "5"],
            ["Serum two", "Serum", tax, "a", "10", "20", "5"],
            ["Gel", "jelly", tax, "", "", "", ""],
            ["Cream", "Cream", tax, "", "=A1", "", ""],
            head=ITEM,
        ),
        "items",
    )
    assert [(line, column) for line, column, _ in sentences(imported)] == [
        (3, "SKU"), (4, "Category"), (5, "Price"),
    ]  # fmt: skip


def test_opening_stock_becomes_batches_once(world, sent):  # noqa: F811
    item = factories.item(world.branch, name="Glycolic Acid")
    later = timezone.localdate() + datetime.timedelta(days=200)
    rows = csv_of(["glycolic acid", "G-1", "24", later.strftime("%d/%m/%Y"), "310.50"], head=BATCH)
    assert run(world, sent(rows, "batches")).written == 1
    movement = Movement.objects.get(batch__item=item, batch__number="G-1")
    assert (movement.quantity, movement.cause_kind, movement.by) == (24, "import", world.owner)
    again = sent(rows + b"\n", "batches")
    assert [sentence for _line, _column, sentence in sentences(again)] == ["This batch is in stock already."]


def test_stock_that_cannot_be_taken_in_is_told_row_by_row(world, sent):  # noqa: F811
    factories.item(world.branch, name="Glycolic Acid")
    before = Balance.objects.count()
    past = timezone.localdate() - datetime.timedelta(days=1)
    imported = sent(
        csv_of(
            ["Glycolic Acid", "G-1", "24", past.isoformat(), ""],
            ["Nothing like it", "G-2", "24", "", ""],
            ["Glycolic Acid", "G-3", "-3", "", ""],
            ["Glycolic Acid", "g-1", "24", "", ""],
            head=BATCH,
        ),
        "batches",
    )
    assert {line for line, _column, _sentence in sentences(imported)} == {2, 3, 4, 5}
    assert Balance.objects.count() == before


def test_a_half_used_package_is_taken_over(world, sent):  # noqa: F811
    customer = factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
    plan = factories.plan(factories.treatment(world.branch), session_count=8)
    told = Event.objects.filter(verb="session.completed").count()
    rows = csv_of([customer.reference, plan.name, "36000", "01/06/2026", "3", "18000"], head=PACKAGE)
    assert run(world, sent(rows, "packages")).written == 1
    enrolment = Enrolment.objects.get(customer=customer)
    assert enrolment.sessions.filter(status=Session.Status.COMPLETED).count() == 3
    assert (enrolment.tally.remaining, enrolment.tally.owed, enrolment.tally.paid) == (
        5,
        Decimal(22500),
        Decimal(18000),
    )
    assert Event.objects.filter(verb="session.completed").count() == told
    call_command("prove")


def test_packages_of_nobody_or_with_too_many_sessions(world, sent):  # noqa: F811
    customer = factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
    plan = factories.plan(factories.treatment(world.branch), session_count=8)
    good = [customer.reference, plan.name, "36000", "01/06/2026", "3", ""]
    imported = sent(
        csv_of(
            good,
            ["Nobody", *good[1:]],
            [good[0], "No such plan", *good[2:]],
            [*good[:4], "9", ""],
            [*good[:5], "99999"],
            good,
            head=PACKAGE,
        ),
        "packages",
    )
    assert [(line, column) for line, column, _ in sentences(imported)] == [
        (3, "Customer"), (4, "Package"), (5, "Sessions used"), (6, "Paid before tax"), (7, "Package"),
    ]  # fmt: skip
    assert not Enrolment.objects.exists()
