"""Whatever the desk does in whatever order, every rupee that came in is somewhere, and once only."""

from decimal import Decimal
from random import Random

import pytest
from django.db.models import F, Sum

from billing import domain, held, money_proofs, proofs
from billing.domain import NewPayment, NewTip
from billing.models import Invoice, Payment, Refund, StoredValue
from clinic.refusals import Refusal
from tests.billing.money import boss, rules, take

STEPS = 120


class Desk:
    """Verbs at random, with amounts that are now and then too large."""

    def __init__(self, shop, doctor, seed):
        self.shop, self.doctor, self.chance = shop, doctor, Random(seed)
        self.boss = boss(shop)
        self.refused = 0

    def step(self):
        name = self.chance.choice(
            ["bill", "collect", "collect", "ahead", "apply", "ask", "decide", "pay_out", "card", "spend", "fail", "release"]
        )  # fmt: skip
        try:
            getattr(self, name)()
        except Refusal:
            self.refused += 1

    def amount(self, most):
        return Decimal(self.chance.randint(1, max(int(most * 110), 100))) / 100

    def one(self, rows):
        found = list(rows)
        if not found:
            raise Refusal("There is none.")
        return self.chance.choice(found)

    def bill(self):
        self.shop.issue(self.chance.choice([self.shop.laser, self.shop.plan]))

    def open_bill(self):
        return self.one(Invoice.objects.unpaid())

    def collect(self):
        bill = self.open_bill()
        modes = self.chance.sample(["cash", "upi", "card", "cheque"], self.chance.randint(1, 2))
        new = [NewPayment(mode, self.amount(bill.due / len(modes)), reference="9") for mode in modes]
        tips = [NewTip(self.doctor, Decimal("0.5"))] if self.chance.random() < 0.3 else []
        domain.collect(by=self.shop.by, invoice=bill, payments=new, tips=tips)

    def ahead(self):
        take(self.shop, NewPayment("card", self.amount(3000)), advance=domain.NewAdvance())

    def apply(self):
        bill, money = self.open_bill(), self.one(Payment.objects.unapplied())
        domain.apply(
            by=self.shop.by, payment=money, invoice=bill, amount=self.amount(min(bill.due, money.unapplied))
        )

    def ask(self):
        money = self.one(Payment.objects.unapplied())
        mode = self.chance.choice(["cash", "credit"])
        domain.request_refund(
            by=self.shop.by,
            payment=money,
            amount=self.amount(money.unapplied),
            mode=mode,
            reason="patient_request",
        )

    def decide(self):
        refund = self.one(Refund.objects.filter(status="requested"))
        verb = self.chance.choice([domain.approve_refund, domain.approve_refund, domain.reject_refund])
        verb(by=self.boss, refund=refund, version=refund.version, answer="So be it")

    def pay_out(self):
        domain.process_refund(by=self.shop.by, refund=self.one(Refund.objects.filter(status="approved")))

    def card(self):
        worth = self.amount(2000)
        domain.sell_gift_card(
            by=self.shop.by, branch=self.shop.branch, customer=self.shop.customer, amount=worth,
            payments=[NewPayment("upi", worth)],
        )  # fmt: skip

    def spend(self):
        bill, lot = self.open_bill(), self.one(StoredValue.objects.filter(balance__gt=0))
        new = NewPayment(lot.kind, self.amount(min(lot.balance, bill.due)), code=lot.code)
        domain.collect(by=self.shop.by, invoice=bill, payments=[new])

    def fail(self):
        domain.fail_payment(by=self.boss, payment=self.one(Payment.objects.all()), detail="Never came")

    def release(self):
        """What a credit note does with what was paid too much; money goes back and forth."""
        from billing.models import Allocation

        part = self.one(Allocation.objects.filter(amount__gt=0))
        given = Allocation.objects.filter(payment=part.payment, invoice=part.invoice).aggregate(
            sum=Sum("amount")
        )["sum"]
        if given <= 0 or part.invoice.lines.filter(enrolment__isnull=False).exists():
            raise Refusal("Nothing to release.")
        Allocation.objects.create(payment=part.payment, invoice=part.invoice, amount=-given)
        part.invoice.refresh_from_db()
        from billing import queries
        from customers import domain as customers

        customers.note_standing(
            customer_id=part.invoice.customer_id, due=queries.due_of(part.invoice.customer_id)
        )


@pytest.mark.parametrize("seed", range(3))
def test_every_rupee_is_somewhere(shop, world, seed):
    rules(shop.branch, takes_tips=True)
    desk = Desk(shop, world.doctor, seed)
    for _step in range(STEPS):
        desk.step()
    assert desk.refused < STEPS * 0.8
    went = F("applied") + F("tipped") + F("refunded") + F("stored") + F("unapplied")
    sums = Payment.objects.aggregate(came=Sum("amount"), went=Sum(went))
    assert sums["came"] == sums["went"] > 0
    given = Refund.objects.filter(status="processed", mode="credit").aggregate(sum=Sum("amount"))["sum"] or 0
    bought = Payment.objects.aggregate(sum=Sum("stored"))["sum"]
    spent = Payment.objects.filter(mode__in=["credit", "gift_card"]).aggregate(sum=Sum("amount"))["sum"] or 0
    left = StoredValue.objects.aggregate(sum=Sum("balance"))["sum"] or 0
    assert given + bought == spent + left
    assert all(payment.free >= 0 for payment in held.with_free(Payment.objects.all()))
    assert [*proofs.bills(), *money_proofs.payments(), *money_proofs.stored_values()] == []
