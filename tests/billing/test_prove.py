"""The proofs find what they are there to find."""

from decimal import Decimal

import pytest
from django.db import connections

from billing import domain, proofs
from billing.domain import NewPayment
from clinic import registries
from customers import domain as customers
from tests.billing.books import books
from tests.billing.test_drawers import close, take


def test_a_clean_house_proves(shop):
    domain.collect(
        by=shop.by, invoice=shop.issue(shop.laser, shop.gel), payments=[NewPayment("cash", Decimal(100))]
    )
    shop.issue(shop.plan)
    assert [*proofs.bills(), *proofs.numbers()] == []
    assert {"invoices", "numbers of invoices"} <= set(registries.proofs())


def test_a_wrong_standing_is_found(shop):
    shop.issue(shop.laser)
    customers.note_standing(customer_id=shop.customer.pk, due=Decimal(1))
    assert list(proofs.bills()) == [
        f"{shop.customer.reference}: what the customer owes is not what the invoices say"
    ]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(
    ("damage", "check", "sentence"),
    [
        ("UPDATE billing_invoice SET paid = 5", proofs.bills, "not the sum of its allocations"),
        ("UPDATE billing_invoiceline SET cgst = cgst - 1, sgst = sgst - 1", proofs.bills, "do not add up"),
        ("DELETE FROM billing_linebatch", proofs.bills, "not what was sold"),
        ("UPDATE clinic_seriesyear SET last_number = 9", proofs.numbers, "the counter says 9"),
        (
            "UPDATE billing_invoice SET issued_on = '2020-01-01' WHERE number LIKE '%2'",
            proofs.numbers,
            "dated before",
        ),
    ],
)
def test_damage_done_behind_the_triggers_is_found(shop, damage, check, sentence):
    shop.issue(shop.gel)
    shop.issue(shop.gel)
    with connections["owner"].cursor() as cursor:
        for table in ("billing_invoice", "billing_invoiceline", "billing_linebatch"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(damage)
    connections["owner"].close()
    assert any(sentence in found for found in check())


def everything_wrong() -> list[str]:
    return [found for check in registries.proofs().values() for found in check()]


def test_books_with_one_of_everything_prove(shop):
    """Notes, receipts, refunds and estimates take numbers too, and a cancelled bill keeps its own."""
    drawer = domain.open_drawer(by=shop.by, branch=shop.branch, opening_float=Decimal(500))
    books(shop)
    domain.discard(by=shop.by, invoice=shop.draft())
    domain.move_cash(by=shop.by, branch=shop.branch, kind="petty_cash", amount=Decimal(120), reason="Tea")
    drawer.refresh_from_db()
    cash = {50000: 3, 20000: 2, 5000: 1, 2000: 1, 1000: 1}  # 500 + 2,000 - 400 - 120
    close(shop, drawer, counted=cash, declared={"upi": Decimal(1500)})
    assert everything_wrong() == []


LATER = "(SELECT max(issued_on) + 400 FROM billing_invoice)"
FAULTS = {
    "a note that is gone": ("DELETE FROM billing_noteline; DELETE FROM billing_note WHERE kind = 'credit'", "the counter says 1; there are 0"),
    "a receipt that is gone": ("UPDATE billing_payment SET receipt_id = NULL; DELETE FROM billing_receipt WHERE document = 'payment_receipt'", "the counter says 1; there are 0"),
    "a refund that is gone": ("DELETE FROM billing_refund", "the counter says 1; there are 0"),
    "an estimate that is gone": ("DELETE FROM billing_estimate", "the counter says 1; there are 0"),
    "a cancelled bill that is gone": ("DELETE FROM billing_invoiceline WHERE invoice_id IN (SELECT id FROM billing_invoice WHERE status = 'cancelled'); DELETE FROM billing_invoice WHERE status = 'cancelled'", "there are 2"),
    "a number changed": ("UPDATE billing_note SET number = 'XXX' || substr(number, 4) WHERE kind = 'credit'", "not a number of its series"),
    "a day of another year": (f"UPDATE billing_receipt SET issued_on = {LATER} WHERE document = 'payment_receipt'", "not a number of its series"),
    "days the wrong way round": ("UPDATE billing_invoice SET issued_on = issued_on - 1 WHERE number LIKE '%2'", "dated before"),
    "a credit above its line": ("UPDATE billing_noteline SET cgst = cgst + 400, sgst = sgst + 400, line_total = line_total + 800", "is credited than was billed"),
    "a payment moved into a closed drawer": ("UPDATE billing_payment SET amount = amount + 50 WHERE drawer_id IS NOT NULL", "was closed with"),
    "a count changed": ("UPDATE billing_drawer SET difference = 7", "does not make its difference"),
    "applied elsewhere": ("UPDATE billing_payment SET applied = applied - 5 WHERE applied > 5", "not the sum of its allocations"),
    "a refund not counted": ("UPDATE billing_payment SET refunded = 0", "not the sum of its refunds"),
    "a receipt changed": ("UPDATE billing_receipt SET total = total + 1", "not the sum of its payments"),
    "a note not counted": ("UPDATE billing_invoice SET credited = 0 WHERE credited > 0", "not the sums of its notes"),
    "a line of a note changed": ("UPDATE billing_noteline SET net_value = net_value - 1, line_total = line_total - 1", "the lines do not add up"),
    "a payment out of its drawer": ("UPDATE billing_payment SET drawer_id = NULL WHERE mode = 'card'", "are in no drawer"),
}  # fmt: skip
TABLES = ("invoice", "invoiceline", "note", "noteline", "receipt", "payment", "refund", "estimate", "drawer", "allocation")  # fmt: skip


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(("damage", "sentence"), FAULTS.values(), ids=FAULTS)
def test_damage_to_notes_numbers_and_drawers_is_found(shop, damage, sentence):
    drawer = domain.open_drawer(by=shop.by, branch=shop.branch, opening_float=Decimal(0))
    take(shop, drawer, "card", 250)
    close(shop, drawer, counted={}, declared={"card": Decimal(250)})
    books(shop)
    before = set(everything_wrong())
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE billing_{table} DISABLE TRIGGER ALL")
        cursor.execute(damage)
    connections["owner"].close()
    assert any(sentence in found for found in set(everything_wrong()) - before)
