"""Store credit and gift cards: first to expire first spent, never below zero, written off in time."""

import datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from billing import domain, held, money_proofs, purse
from billing.domain import NewPayment
from billing.models import Payment, StoredValue, StoredValueEntry
from clinic.models import Event
from clinic.refusals import Refusal
from tests.billing.money import advance, cash, refunded
from tests.race import race


def today(shop):
    return timezone.localdate(timezone=shop.branch.zone)


def credit(shop, amount, days=None):
    """A lot of store credit, given instead of money."""
    refunded(shop, advance(shop, amount), amount, mode="credit")
    lot = StoredValue.objects.filter(kind="credit").first()
    if days is not None:
        StoredValue.objects.filter(pk=lot.pk).update(expires_on=today(shop) + datetime.timedelta(days=days))
    return lot


def sell(shop, amount=1000, **more):
    return domain.sell_gift_card(
        by=shop.by, branch=shop.branch, customer=shop.customer, amount=Decimal(amount),
        payments=more.pop("payments", [cash(amount)]),
    )  # fmt: skip


def pay(shop, bill, new):
    return domain.collect(by=shop.by, invoice=bill, payments=[new])


class TestStoreCredit:
    def test_what_expires_first_is_spent_first(self, shop):
        for_ever, later, soon = credit(shop, 100), credit(shop, 200, days=90), credit(shop, 300, days=5)
        pay(shop, shop.issue(shop.laser), NewPayment("credit", Decimal(450)))
        left = {lot.pk: lot.balance for lot in StoredValue.objects.filter(kind="credit")}
        assert left == {for_ever.pk: Decimal(100), later.pk: Decimal(50), soon.pk: 0}
        assert Payment.objects.get(mode="credit").drawer is None

    def test_what_has_expired_is_not_spent_and_is_written_off_once(self, shop):
        credit(shop, 100, days=-1)
        with pytest.raises(Refusal, match=r"Only ₹0\.00"):
            pay(shop, shop.issue(shop.laser), NewPayment("credit", Decimal(1)))
        assert domain.expire_stored_values() == 1
        assert domain.expire_stored_values() == 0
        assert StoredValueEntry.objects.get(kind="expired").amount == Decimal(-100)
        assert held.liability(shop.branch, today(shop))["credit"] == 0

    def test_the_last_day_still_counts(self, shop):
        credit(shop, 100, days=0)
        assert domain.expire_stored_values() == 0
        assert held.of(shop.customer.pk, shop.branch).credit == Decimal(100)

    def test_two_rows_share_what_there_is(self, shop):
        credit(shop, 100)
        bill = shop.issue(shop.laser)
        with pytest.raises(Refusal, match=r"Only ₹40\.00") as told:
            domain.collect(
                by=shop.by, invoice=bill,
                payments=[NewPayment("credit", Decimal(60)), NewPayment("credit", Decimal(60))],
            )  # fmt: skip
        assert told.value.field == "1:amount"

    def test_it_pays_for_no_advance_and_no_gift_card(self, shop):
        credit(shop, 100)
        with pytest.raises(Refusal, match="invoices alone"):
            advance(shop, 100, mode="credit")
        with pytest.raises(Refusal, match="invoices alone"):
            sell(shop, 100, payments=[NewPayment("credit", Decimal(100))])


class TestGiftCards:
    def test_sold_with_a_code_and_no_tax(self, shop):
        card = sell(shop, 1000, payments=[cash(400, 500), NewPayment("upi", Decimal(600))])
        receipt = card.receipt
        assert (card.balance, card.customer, len(card.code)) == (Decimal(1000), None, purse.CODE_LENGTH)
        assert set(card.code) <= set(purse.ALPHABET)
        assert card.expires_on == purse.last_day(receipt.issued_on, 12)
        assert (receipt.document, receipt.total, receipt.cgst, receipt.purpose) == (
            "payment_receipt", Decimal(1000), 0, "Gift card",
        )  # fmt: skip
        assert {p.unapplied for p in Payment.objects.all()} == {0}
        assert not held.of(shop.customer.pk, shop.branch)
        assert list(held.cards_of(shop.customer.pk, shop.by)) == [card]
        assert Event.objects.filter(verb="gift_card.sold").count() == 1

    def test_anybody_pays_with_it_however_the_code_is_typed(self, shop, world):
        card, bill = sell(shop, 1000), shop.issue(shop.laser)
        typed = card.code_shown.lower().replace("-", " ")
        pay(shop, bill, NewPayment("gift_card", Decimal(600), code=typed))
        card.refresh_from_db()
        assert (card.balance, bill.paid) == (Decimal(400), Decimal(600))
        with pytest.raises(Refusal, match=r"Only ₹400\.00 is left on this gift card"):
            pay(shop, bill, NewPayment("gift_card", Decimal(401), code=typed))
        assert purse.card(card.code, world.elsewhere) == card

    def test_not_after_its_last_day(self, shop):
        card = sell(shop)
        StoredValue.objects.filter(pk=card.pk).update(expires_on=today(shop) - datetime.timedelta(days=1))
        with pytest.raises(Refusal, match="expired on"):
            pay(shop, shop.issue(shop.laser), NewPayment("gift_card", Decimal(1), code=card.code))

    @pytest.mark.parametrize(
        ("amount", "paid", "field"),
        [(1000, 999, "0:amount"), (1000, 1001, "0:amount"), (100_001, 100_001, "worth"), (0, 1, "worth")],
    )
    def test_what_is_paid_is_what_it_is_worth(self, shop, amount, paid, field):
        with pytest.raises(Refusal) as told:
            sell(shop, amount, payments=[cash(paid)])
        assert told.value.field == field
        assert not StoredValue.objects.exists()


class TestTheDatabase:
    def test_no_balance_goes_below_zero_or_changes_by_itself(self, shop):
        lot = credit(shop, 100)
        with pytest.raises(IntegrityError, match="never_below_zero"), transaction.atomic():
            purse.enter(lot, "spent", Decimal(-101), by=shop.by, on=today(shop))
        with pytest.raises(DatabaseError, match="entries alone"), transaction.atomic():
            StoredValue.objects.filter(pk=lot.pk).update(balance=5)
        with pytest.raises(DatabaseError), transaction.atomic():
            StoredValueEntry.objects.filter(value=lot).update(amount=5)

    def test_damage_is_found(self, shop):
        credit(shop, 100)
        assert [*money_proofs.payments(), *money_proofs.stored_values()] == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestTwoDesks:
    """One gift card at the desks of four customers: only the lock on the card makes them wait."""

    def at_once(self, shop):
        from tests import factories

        card = sell(shop, 1000)
        bills = [shop.issue(shop.laser, customer=factories.customer(shop.branch, shop.by)) for _ in range(4)]
        new = NewPayment("gift_card", Decimal(1000), code=card.code)
        results = race(*(partial(pay, shop, bill, new) for bill in bills))
        card.refresh_from_db()
        return card, results

    def test_spend_one_card_once(self, shop):
        card, results = self.at_once(shop)
        assert sum(isinstance(result, Refusal) for result in results) == 3
        assert card.balance == 0

    def test_control_without_the_lock_only_the_constraint_stands(self, shop, monkeypatch):
        monkeypatch.setattr(purse, "held", lambda rows: list(rows))
        card, results = self.at_once(shop)
        assert any(isinstance(result, IntegrityError) for result in results)
        assert card.balance == 0
