"""A mode keyed wrongly is put right while the drawer is open; money that never came is reversed."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing import domain, money_proofs, proofs
from billing.domain import NewPayment
from billing.models import Drawer, Payment, PaymentCorrection, StoredValue
from clinic.refusals import Refusal
from customers.models import Standing
from tests.billing.money import advance, cash, rules, take


def correct(shop, payment, mode="upi", reference="", reason="Keyed wrongly"):
    return domain.correct_payment(by=shop.by, payment=payment, mode=mode, reference=reference, reason=reason)


def fail(shop, payment, detail="Funds insufficient"):
    return domain.fail_payment(by=shop.by, payment=payment, detail=detail)


def paid(shop, *payments):
    bill = shop.issue(shop.laser)
    return bill, domain.collect(by=shop.by, invoice=bill, payments=list(payments))[0]


def cheque(amount):
    return NewPayment("cheque", Decimal(amount), reference="004512")


class TestCorrect:
    def test_the_mode_changes_and_its_trail_stays(self, shop):
        _bill, payment = paid(shop, cash(5310, 6000))
        correct(shop, payment, reference="UTR 5")
        payment.refresh_from_db()
        assert (payment.mode, payment.tendered, payment.reference) == ("upi", None, "UTR 5")
        trail = PaymentCorrection.objects.get()
        assert (trail.mode_before, trail.mode, trail.by, trail.reason) == (
            "cash",
            "upi",
            shop.by,
            "Keyed wrongly",
        )

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"mode": "cash"}, "the mode it has"),
            ({"mode": "credit"}, "taken at the desk"),
            ({"mode": "cheque"}, "number of the cheque"),
            ({"reason": " "}, "Say why"),
        ],
    )
    def test_what_it_asks_for(self, shop, changes, sentence):
        _bill, payment = paid(shop, cash(5310))
        with pytest.raises(Refusal, match=sentence):
            correct(shop, payment, **changes)

    def test_not_after_the_drawer_is_closed(self, shop):
        _bill, payment = paid(shop, cash(5310))
        Drawer.objects.update(status="closed", closed_at=timezone.now())
        with pytest.raises(Refusal, match="drawer is closed"):
            correct(shop, payment)
        with pytest.raises(DatabaseError, match="drawer is closed"), transaction.atomic():
            PaymentCorrection.objects.create(
                payment=payment, mode_before="cash", mode="upi", reason="Late", by=shop.by
            )


class TestFail:
    def test_a_bounced_cheque_makes_its_bill_due_again(self, shop):
        bill, payment = paid(shop, cheque(5310))
        reversal = fail(shop, payment)
        bill.refresh_from_db()
        payment.refresh_from_db()
        assert (bill.due, payment.applied, payment.refunded) == (Decimal(5310), 0, Decimal(5310))
        assert (reversal.kind, reversal.status, reversal.mode) == ("reversal", "processed", "cheque")
        assert reversal.drawer == Drawer.objects.get()
        assert Standing.objects.get(customer=shop.customer).due == Decimal(5310)
        assert [*proofs.bills(), *money_proofs.payments()] == []
        with pytest.raises(Refusal, match="Nothing of this payment"):
            fail(shop, payment)

    def test_weeks_later_it_is_of_no_drawer(self, shop):
        _bill, payment = paid(shop, cheque(5310))
        Drawer.objects.update(status="closed", closed_at=timezone.now())
        assert fail(shop, payment).drawer is None

    def test_the_package_it_paid_is_told(self, shop):
        bill = shop.issue(shop.plan)
        (payment,) = domain.collect(by=shop.by, invoice=bill, payments=[cheque(bill.due)])
        fail(shop, payment)
        assert list(proofs.bills()) == []

    def test_cash_does_not_fail(self, shop):
        _bill, payment = paid(shop, cash(5310))
        with pytest.raises(Refusal, match="can't fail"):
            fail(shop, payment)

    def test_what_was_asked_back_of_it_is_turned_down(self, shop):
        money = advance(shop, 1000, mode="cheque")
        asked = domain.request_refund(
            by=shop.by, payment=money, amount=Decimal(400), mode="cash", reason="patient_request"
        )
        assert fail(shop, money).amount == Decimal(1000)
        asked.refresh_from_db()
        assert asked.status == "rejected"

    def test_a_gift_card_that_it_bought_is_taken_back_unless_it_is_spent(self, shop):
        def sell():
            return domain.sell_gift_card(
                by=shop.by,
                branch=shop.branch,
                customer=shop.customer,
                amount=Decimal(1000),
                payments=[cheque(1000)],
            )

        card = sell()
        fail(shop, card.receipt.payments.get())
        assert StoredValue.objects.get(pk=card.pk).balance == 0
        spent = sell()
        bill = shop.issue(shop.laser)
        domain.collect(
            by=shop.by, invoice=bill, payments=[NewPayment("gift_card", Decimal(10), code=spent.code)]
        )
        with pytest.raises(Refusal, match="spent already"):
            fail(shop, spent.receipt.payments.get())
        assert list(money_proofs.payments()) == []

    def test_a_tip_on_it_stays(self, shop, world):
        rules(shop.branch, takes_tips=True)
        bill = shop.issue(shop.laser)
        take(
            shop, NewPayment("card", Decimal(5410)), bills=[(bill, bill.due)],
            tips=[domain.NewTip(world.doctor, Decimal(100))],
        )  # fmt: skip
        assert fail(shop, Payment.objects.get()).amount == Decimal(5310)
