"""Stored value: gift cards sold, points redeemed and earned, and what time takes away."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import drafts, loyalty, points, purse, takings
from billing.models import BillingRules, Invoice, StoredValue, StoredValueEntry
from billing.takings import NewPayment
from clinic import events, versions
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.money import rupees
from clinic.plain import plain
from clinic.refusals import Refusal
from customers.models import Customer
from staff.models import User

LARGEST_CARD = Decimal(100_000)


@transaction.atomic
def sell_gift_card(
    *, by: User, branch: Branch, customer: Customer, amount: Decimal, payments: Sequence[NewPayment]
) -> StoredValue:
    """Sell a gift card worth `amount` rupees, which its payments add up to; the code is whoever's who knows it.

    It is money, not a supply: it bears no tax until it is spent (Circular 243/37/2024).
    """
    takings.check_payments(payments)
    takings.check_amount(amount, "worth")
    takings.check_real_money(payments)
    if amount > LARGEST_CARD:
        sentence = _("A gift card is worth at most %(most)s.")
        raise Refusal(sentence % {"most": rupees(LARGEST_CARD)}, field="worth")
    if takings.total(payments) != amount:
        sentence = _("The gift card costs %(worth)s, but the amounts come to %(paid)s.")
        names = {"worth": rupees(amount), "paid": rupees(takings.total(payments))}
        raise Refusal(sentence % names, field=f"{len(payments) - 1}:amount")
    lock_row(Customer, customer.pk)
    drawer = takings.drawer_for(by, branch, [new.mode for new in payments])
    receipt = takings.write_receipt(
        by=by, branch=branch, customer=customer, total=amount, purpose=plain(gettext_lazy("Gift card"))
    )
    made = takings.write_payments(by=by, receipt=receipt, payments=payments, drawer=drawer)
    day = receipt.issued_on
    assert day is not None  # noqa: S101 - a receipt has its day from the start
    card = StoredValue.objects.create(
        kind=StoredValue.Kind.GIFT_CARD, branch=branch, code=purse.new_code(), receipt=receipt,
        expires_on=purse.last_day(day, BillingRules.of(branch).gift_card_months),
    )  # fmt: skip
    for payment in made:
        purse.enter(
            card, StoredValueEntry.Kind.BOUGHT, payment.amount, by=by, on=payment.received_on, payment=payment
        )
    events.record("gift_card.sold", subject=card, by=by, branch_id=branch.pk, customer_id=str(customer.pk))
    card.refresh_from_db()
    return card


@transaction.atomic
def redeem_points(*, by: User, invoice: Invoice, version: int, count: int) -> Invoice:
    """Put so many points on a draft as a discount before tax; 0 takes them off. They are spent as it is issued."""
    draft = drafts.hold(invoice.pk, version)
    rules = BillingRules.of(draft.branch)
    draft.points, draft.points_value = 0, Decimal(0)
    if count:
        _check_points(draft, count, rules)
        draft.points, draft.points_value = count, points.worth(count, rules)
    versions.save(draft, fields=["points", "points_value"], version=version)
    drafts.settle(draft)
    return draft


def _check_points(draft: Invoice, count: int, rules: BillingRules) -> None:
    if rules.point_value <= 0:
        raise Refusal(_("This clinic takes no points."), field="points")
    if count < max(rules.least_points, 1):
        sentence = _("At least %(least)s points are redeemed at once.")
        raise Refusal(sentence % {"least": max(rules.least_points, 1)}, field="points")
    there = loyalty.balance(draft)
    if count > there:
        sentence = _("Only %(there)s points are there.")
        raise Refusal(sentence % {"there": f"{there.normalize():f}"}, field="points")
    most = points.most(loyalty.base(draft), rules)
    if count > most:
        sentence = _("This invoice takes %(most)s points at most.")
        raise Refusal(sentence % {"most": most}, field="points")


def expire_stored_values() -> int:
    """Write off what has expired, on each branch's own day. A job: safe to run as often as you like."""
    done = 0
    for branch in Branch.objects.all():
        today = timezone.localdate(timezone=branch.zone)
        over = StoredValue.objects.filter(branch=branch, balance__gt=0, expires_on__lt=today).order_by("pk")
        for key in over.values_list("pk", flat=True).iterator(500):
            done += _expire(key, today)
    return done


@transaction.atomic
def _expire(key: UUID, today: datetime.date) -> int:
    for lot in purse.held(StoredValue.objects.filter(pk=key, balance__gt=0, expires_on__lt=today)):
        if lot.balance > 0:
            purse.enter(lot, StoredValueEntry.Kind.EXPIRED, -lot.balance, by=None, on=today)
            return 1
    return 0
