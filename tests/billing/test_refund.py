"""Refunds: asked for, agreed to by another person, paid out once, never more than is free of the payment."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from billing import advances, domain, held, money_proofs, paybacks
from billing.models import Allocation, Drawer, Payment, Refund, StoredValue
from clinic.models import Event
from clinic.refusals import Refusal, Stale
from tests.billing.money import advance, boss, cash, refunded, rules, take
from tests.race import race


def ask(shop, payment, amount, mode="cash", **more):
    more.setdefault("reason", "patient_request")
    return domain.request_refund(by=shop.by, payment=payment, amount=Decimal(amount), mode=mode, **more)


def agree(refund, by):
    return domain.approve_refund(by=by, refund=refund, version=refund.version)


def test_three_steps_and_two_people(shop):
    money = take(shop, cash(1000), advance=domain.NewAdvance()).payments.get()
    asked = ask(shop, money, 400, mode="upi", detail="Moves away")
    with pytest.raises(Refusal, match="asked for this refund yourself"):
        agree(asked, shop.by)
    with pytest.raises(Stale, match="still waits"):
        domain.process_refund(by=shop.by, refund=asked)
    agree(asked, boss(shop))
    paid = domain.process_refund(by=shop.by, refund=asked, reference="UTR 9")
    money.refresh_from_db()
    assert (money.refunded, money.unapplied) == (Decimal(400), Decimal(600))
    assert (paid.number[:4], paid.drawer, paid.reference) == (
        "LCBV",
        Drawer.objects.get(cashier=shop.by),
        "UTR 9",
    )
    verbs = Event.objects.filter(subject_id=asked.pk).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["refund.requested", "refund.approved", "refund.processed"]


def test_paying_out_twice_is_refused(shop):
    done = refunded(shop, advance(shop, 500), 500)
    with pytest.raises(Stale, match="paid out already"):
        domain.process_refund(by=shop.by, refund=done)
    assert Payment.objects.get().refunded == Decimal(500)


@pytest.mark.parametrize(
    ("amount", "mode", "reason", "field"),
    [
        ("500.01", "cash", "patient_request", "amount"),
        ("0", "cash", "patient_request", "amount"),
        ("1.001", "cash", "patient_request", "amount"),
        ("1", "gift_card", "patient_request", "mode"),
        ("1", "online", "patient_request", "mode"),
        ("1", "cash", "failed", "reason"),
    ],
)
def test_what_can_not_be_asked_for(shop, amount, mode, reason, field):
    with pytest.raises(Refusal) as told:
        ask(shop, advance(shop, 500), amount, mode, reason=reason)
    assert told.value.field == field


def test_two_requests_share_one_payment(shop):
    money = advance(shop, 500)
    first = ask(shop, money, 300)
    with pytest.raises(Refusal, match=r"Only ₹200\.00"):
        ask(shop, money, 201)
    domain.reject_refund(by=boss(shop), refund=first, version=first.version, answer="Not agreed")
    assert ask(shop, money, 500).status == "requested"


def test_money_on_a_bill_is_not_given_back(shop):
    bill = shop.issue(shop.laser)
    domain.collect(by=shop.by, invoice=bill, payments=[cash(5310)])
    with pytest.raises(Refusal, match=r"Only ₹0\.00"):
        ask(shop, Payment.objects.get(), 1)


def test_it_can_become_store_credit_with_a_last_day(shop):
    rules(shop.branch, credit_months=6)
    done = refunded(shop, advance(shop, 800), 800, mode="credit")
    lot = StoredValue.objects.get(kind="credit")
    assert (lot.balance, lot.customer, done.drawer) == (Decimal(800), shop.customer, None)
    assert lot.expires_on > done.issued_on
    bill = shop.issue(shop.laser)
    domain.collect(by=shop.by, invoice=bill, payments=[domain.NewPayment("credit", Decimal(800))])
    spent = Payment.objects.get(mode="credit")
    Allocation.objects.create(payment=spent, invoice=bill, amount=-800)
    with pytest.raises(Refusal, match="in this way"):
        ask(shop, spent, 800, mode="cash")
    assert refunded(shop, spent, 800, mode="credit").status == "processed"


class TestTheTaxOfAnAdvance:
    def test_goes_back_in_proportion_and_to_the_last_paisa(self, shop):
        money = advance(shop, "1000.01", category=shop.laser.tax_category)
        voucher = money.receipt
        parts = [refunded(shop, money, amount) for amount in ("333.33", "333.33", "333.35")]
        assert {part.document for part in parts} == {"refund_voucher"}
        for head in ("taxable", "cgst", "sgst", "igst"):
            assert sum(getattr(part, head) for part in parts) == getattr(voucher, head), head
        assert list(money_proofs.payments()) == []

    def test_what_was_billed_bears_none(self, shop):
        """A credit note has taken its tax back already."""
        money, bill = advance(shop, 2000, category=shop.laser.tax_category), shop.issue(shop.laser)
        domain.apply(by=shop.by, payment=money, invoice=bill, amount=Decimal(1500))
        Allocation.objects.create(payment=money, invoice=bill, amount=-1500)
        money.refresh_from_db()
        assert advances.uninvoiced(money) == Decimal(500)
        done = refunded(shop, money, 2000)
        assert (done.taxable, done.cgst, done.untaxed) == (Decimal("423.72"), Decimal("38.14"), Decimal(1500))

    def test_of_money_that_paid_a_bill_it_is_a_plain_receipt(self, shop):
        bill = shop.issue(shop.laser)
        domain.collect(by=shop.by, invoice=bill, payments=[cash(5310)])
        money = Payment.objects.get()
        Allocation.objects.create(payment=money, invoice=bill, amount=-310)
        done = refunded(shop, money, 310)
        assert (done.document, done.number[:4], done.untaxed) == ("refund_receipt", "LCBF", Decimal(310))


def test_the_database_itself_wants_a_second_person(shop):
    asked = ask(shop, advance(shop, 500), 100)
    with pytest.raises(IntegrityError, match="agreed_by_another"), transaction.atomic():
        Refund.objects.filter(pk=asked.pk).update(
            status="approved", decided_by=shop.by, decided_at=asked.created_at
        )


def test_what_was_paid_out_stays_as_it_is(shop):
    done = refunded(shop, advance(shop, 500), 100)
    for change in ({"amount": 50}, {"status": "approved"}, {"mode": "upi"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Refund.objects.filter(pk=done.pk).update(**change)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestAtOnce:
    def agreed(self, shop, count):
        money, other = advance(shop, 1000), boss(shop)
        asked = [ask(shop, money, 1000 // count) for _ in range(count)]
        return money, [agree(refund, other) for refund in asked]

    def test_one_refund_is_paid_out_once(self, shop):
        money, (refund,) = self.agreed(shop, 1)
        results = race(*[partial(domain.process_refund, by=shop.by, refund=refund)] * 4)
        assert sum(isinstance(result, Stale) for result in results) == 3
        money.refresh_from_db()
        assert money.refunded == Decimal(1000)

    def test_control_without_the_lock_a_second_clerk_is_stopped_by_version_and_trigger(
        self, shop, monkeypatch
    ):
        def read(refund):
            return Refund.objects.select_related("branch__registration", "customer", "payment__receipt").get(
                pk=refund.pk
            )

        money, (refund,) = self.agreed(shop, 1)
        monkeypatch.setattr(paybacks, "hold", read)
        results = race(*[partial(domain.process_refund, by=shop.by, refund=refund)] * 4)
        money.refresh_from_db()
        assert money.refunded == Decimal(1000)
        assert sum(isinstance(result, Refund) for result in results) == 1

    def test_two_clerks_ask_for_the_same_money(self, shop):
        money = advance(shop, 1000)
        results = race(*[partial(ask, shop, money, 1000)] * 3)
        assert sum(isinstance(result, Refund) for result in results) == 1

    def more_than_there_is(self, shop, monkeypatch):
        """Two refunds of the whole payment, both agreed to."""
        money = advance(shop, 1000)
        monkeypatch.setattr(held, "free", lambda payment: payment.amount)
        monkeypatch.setattr(paybacks, "check_left", lambda refund: None)
        refunds = [agree(ask(shop, money, 1000), boss(shop)) for _ in range(2)]
        return race(*(partial(domain.process_refund, by=shop.by, refund=refund) for refund in refunds))

    def test_control_without_the_checks_the_database_still_refuses(self, shop, monkeypatch):
        results = self.more_than_there_is(shop, monkeypatch)
        assert sum(isinstance(result, IntegrityError) for result in results) == 1
        assert Payment.objects.get().refunded == Decimal(1000)

    def test_control_without_checks_and_constraint_it_is_given_back_twice(self, shop, monkeypatch):
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE billing_payment DROP CONSTRAINT payment_goes_nowhere_twice")
        connections["owner"].close()
        self.more_than_there_is(shop, monkeypatch)
        assert Payment.objects.get().refunded == Decimal(2000)
