"""Two people at the same moment: one invoice, one order, one last box."""

from decimal import Decimal

import pytest

from clinic.refusals import Refusal
from inventory.models import Balance
from purchasing import domain, proofs
from purchasing.domain import NewLine, Sent
from purchasing.models import Order, Receipt
from tests.race import race

pytestmark = pytest.mark.django_db(transaction=True)


def accept(store, receipt):
    return lambda: domain.accept_receipt(by=store.keeper, receipt=Receipt.objects.get(pk=receipt.pk))


def outcome(results) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def same_invoice_twice(store):
    wish = (NewLine(store.serum, Decimal(1), price=Decimal(100)),)
    two = [store.counted(store.delivery(), added=wish, invoice="CL-1") for _turn in range(2)]
    return race(*(accept(store, receipt) for receipt in two))


def test_one_invoice_accepted_twice_at_once_is_booked_once(store):
    results = same_invoice_twice(store)
    assert outcome(results) == ["Receipt", "Refusal"], results
    assert Balance.objects.get().quantity == 1


def test_without_waiting_for_each_other_the_database_still_refuses_it(store, monkeypatch):
    """The control: with neither lock nor question the constraint decides, in words that are not for people."""
    monkeypatch.setattr("purchasing.domain.receipts.checks.check_invoice", _unasked)
    results = same_invoice_twice(store)
    assert outcome(results) == ["IntegrityError", "Receipt"], results


def _unasked(receipt):
    receipt.invoice_year = "2026-27"


def test_two_deliveries_of_one_order_at_once_are_not_both_too_much(store):
    order = store.approved()
    two = [store.counted(store.delivery(order), invoice=f"CL-{turn}") for turn in range(2)]
    results = race(*(accept(store, receipt) for receipt in two))
    assert outcome(results) == ["Receipt", "Refusal"], results
    assert (Order.objects.get().status, Balance.objects.get().quantity) == ("received", 10)
    assert [*proofs.purchases(), *proofs.numbers()] == []


def test_eight_orders_submitted_at_once_have_eight_numbers_in_a_row(store):
    drafts = [store.order() for _turn in range(8)]

    def submit(order):
        return lambda: domain.submit_order(by=store.keeper, order=order)

    made = race(*(submit(order) for order in drafts))
    assert sorted(order.number[-5:] for order in made) == [f"{turn:05d}" for turn in range(1, 9)]


def test_the_last_box_goes_back_once(store):
    batch = store.received(store.approved()).lines.get().batch

    def send():
        return domain.return_goods(
            by=store.keeper, branch=store.branch, supplier=store.near, reason="damaged",
            sent=[Sent(batch, Decimal(10))],
        )  # fmt: skip

    results = race(send, send)
    assert outcome(results) == ["Refusal", "Return"], results
    assert isinstance(next(each for each in results if isinstance(each, Exception)), Refusal)
