"""The proofs find what they are there to find."""

from decimal import Decimal

import pytest
from django.db import connections

from billing import domain, proofs
from billing.domain import NewPayment
from clinic import registries
from customers import domain as customers


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
