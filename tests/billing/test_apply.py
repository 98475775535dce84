"""Applying: an advance, or what was set free, pays a bill; never more than is free or due."""

from decimal import Decimal
from functools import partial

import pytest

from billing import domain, held, proofs
from billing.models import Allocation
from clinic.models import Event
from clinic.refusals import Refusal
from customers.models import Standing
from tests import factories
from tests.billing.money import advance
from tests.race import race


def apply(shop, payment, invoice, amount):
    return domain.apply(by=shop.by, payment=payment, invoice=invoice, amount=Decimal(amount))


def test_an_advance_pays_a_bill(shop):
    money, bill = advance(shop, 2000), shop.issue(shop.laser)
    apply(shop, money, bill, 2000)
    money.refresh_from_db()
    assert (bill.paid, bill.due, money.unapplied) == (Decimal(2000), Decimal(3310), 0)
    assert Standing.objects.get(customer=shop.customer).due == Decimal(3310)
    assert Event.objects.get(verb="payment.applied").data["invoice_id"] == str(bill.pk)


def test_packages_are_told(shop):
    money, bill = advance(shop, 5000), shop.issue(shop.plan)
    apply(shop, money, bill, 5000)
    assert list(proofs.bills()) == []


def test_not_more_than_is_free_or_due_and_of_nobody_else(shop):
    money, bill = advance(shop, 2000), shop.issue(shop.laser)
    with pytest.raises(Refusal, match=r"Only ₹2,000\.00 of this payment is free"):
        apply(shop, money, bill, "2000.01")
    with pytest.raises(Refusal, match=r"Only ₹5,310\.00 is due"):
        apply(shop, advance(shop, 9000), bill, 5311)
    other = factories.customer(shop.branch, shop.by)
    theirs = domain.take(
        by=shop.by, branch=shop.branch, customer=other, payments=[domain.NewPayment("upi", Decimal(500))],
        advance=domain.NewAdvance(),
    ).payments.get()  # fmt: skip
    with pytest.raises(Refusal, match="another customer"):
        apply(shop, theirs, bill, 500)


def test_what_is_asked_back_is_not_free(shop):
    money, bill = advance(shop, 2000), shop.issue(shop.laser)
    domain.request_refund(
        by=shop.by, payment=money, amount=Decimal(1500), mode="cash", reason="patient_request"
    )
    assert held.of(shop.customer.pk, shop.branch).free == Decimal(500)
    with pytest.raises(Refusal, match=r"Only ₹500\.00"):
        apply(shop, money, bill, 501)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestTwoDesks:
    def at_once(self, shop):
        money, bills = advance(shop, 2000), [shop.issue(shop.laser) for _ in range(3)]
        results = race(*(partial(apply, shop, money, bill, 2000) for bill in bills))
        return money, results

    def test_one_of_them_gets_the_advance(self, shop):
        money, results = self.at_once(shop)
        assert sum(isinstance(result, Refusal) for result in results) == 2
        assert Allocation.objects.filter(payment=money).count() == 1

    def test_control_without_the_check_the_database_refuses(self, shop, monkeypatch):
        monkeypatch.setattr(held, "free", lambda payment: payment.amount)
        _money, results = self.at_once(shop)
        assert sorted(type(result).__name__ for result in results) == [
            "Allocation",
            "IntegrityError",
            "IntegrityError",
        ]
