"""Two people who credit one line at once. Without the lock the database still refuses; without both it happens."""

import time
from decimal import Decimal
from functools import partial

import pytest
from django.db import connections

from billing import domain, notes, proofs
from billing.domain import CreditTerms
from billing.models import Invoice, Note
from clinic.refusals import Refusal
from tests.race import race

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
MOST = Decimal(3000)  # more than half of the bill's 5,310


def credit_twice(shop):
    """Both have seen the whole line uncredited."""
    invoice = shop.issue(shop.laser)
    terms = [CreditTerms(line=invoice.lines.get(), amount=MOST)]
    results = race(*[partial(domain.credit, by=shop.by, invoice=invoice, reason="too_high", lines=terms)] * 2)
    invoice.refresh_from_db()
    return invoice, results


def refusals(results):
    return [result.message for result in results if isinstance(result, Refusal)]


@pytest.fixture
def unlocked(monkeypatch):
    """Nobody waits, and everybody dawdles between reading and writing."""
    real = notes.credit

    def hold(invoice):
        return Invoice.objects.select_related("branch__registration", "customer").get(pk=invoice.pk)

    def credit(*arguments, **named):
        found = real(*arguments, **named)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(notes, "hold", hold)
    monkeypatch.setattr(notes, "credit", credit)


def test_one_of_two_is_told_what_is_left(shop):
    invoice, results = credit_twice(shop)
    assert refusals(results) == ["Only ₹2,310.00 of this line can still be credited."]
    assert invoice.credited == MOST
    assert Note.objects.get().number.endswith("/00001")
    assert [*proofs.bills(), *proofs.numbers()] == []


def test_control_without_the_lock_the_database_refuses_in_words(shop, unlocked):
    invoice, results = credit_twice(shop)
    assert len(refusals(results)) == 1
    assert "can still be credited" not in refusals(results)[0]
    assert invoice.credited == MOST


def test_control_without_lock_and_guards_it_is_credited_twice(shop, unlocked):
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TRIGGER within ON billing_noteline")
        cursor.execute("ALTER TABLE billing_invoice DROP CONSTRAINT invoice_paid_within_what_is_owed")
    connections["owner"].close()
    invoice, results = credit_twice(shop)
    assert refusals(results) == []
    assert invoice.credited == 2 * MOST > invoice.total


def test_cancelling_and_crediting_at_once_leaves_one_of_them(shop):
    invoice = shop.issue(shop.laser)
    terms = [CreditTerms(line=invoice.lines.get(), amount=MOST)]
    results = race(
        partial(domain.credit, by=shop.by, invoice=invoice, reason="too_high", lines=terms),
        partial(domain.cancel, by=shop.by, invoice=invoice, reason="Wrong customer"),
    )
    assert len(refusals(results)) == 1
    assert [*proofs.bills(), *proofs.numbers()] == []
