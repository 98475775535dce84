"""Points in the life of a bill: spent and earned as it is issued, taken back with what a credit note takes back.

`settle` runs while the bill is issued, before its number is taken; `earn` after. `take_back` belongs to a credit note,
`undo` to a bill that is cancelled. The customer is locked by the verb that calls.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import figures, points, purse, queries
from billing.models import BillingRules, Invoice, Note, StoredValue, StoredValueEntry
from clinic import gst
from clinic.refusals import Refusal
from staff.models import User

Entry = StoredValueEntry.Kind
POINTS = StoredValue.Kind.POINTS
ZERO = Decimal(0)


def _today(invoice: Invoice) -> datetime.date:
    return timezone.localdate(timezone=invoice.branch.zone)


def balance(invoice: Invoice) -> Decimal:
    """The points that the bill's customer has at its branch."""
    return purse.balance(invoice.customer_id, invoice.branch, POINTS, _today(invoice))


@dataclass(frozen=True)
class Redeemable:
    """Points that a draft could redeem, and what they would take off it, in rupees."""

    count: Decimal
    worth: Decimal


def redeemable(invoice: Invoice) -> Redeemable | None:
    """None where the branch takes no points, or its customer has none."""
    rules = BillingRules.of(invoice.branch)
    if rules.point_value <= 0:
        return None
    count = balance(invoice)
    return Redeemable(count, points.worth(count, rules)) if count or invoice.points else None


def base(invoice: Invoice) -> Decimal:
    """What a draft comes to after every discount that isn't points, before tax where prices leave it out."""
    left = ZERO
    for line in map(figures.gst_line, queries.lines_of(invoice)):
        gross = gst.gross_of(line)
        left += gross - gst.discount_of(line.discount, gross)
    return left - gst.discount_of(figures.discount(invoice), left, field="invoice_discount")


def settle(*, by: User, invoice: Invoice) -> None:
    """Spend the points that a draft redeems; refuses where they are gone or are worth something else by now."""
    if not invoice.points:
        return
    if invoice.points_value != points.worth(invoice.points, BillingRules.of(invoice.branch)):
        sentence = _("A point is worth something else by now. Redeem the points again.")
        raise Refusal(sentence, field="points")
    today = _today(invoice)
    lots = purse.held(purse.lots(invoice.customer_id, invoice.branch, POINTS, today))
    if purse.spend(lots, Decimal(invoice.points), Entry.SPENT, by=by, on=today, invoice=invoice):
        raise Refusal(_("The points are no longer there. Redeem fewer."), field="points")


def earn(*, by: User, invoice: Invoice) -> StoredValue | None:
    """Give the points that an issued bill earns, on what is paid for before tax."""
    rules = BillingRules.of(invoice.branch)
    count = points.earned(invoice.taxable + invoice.untaxed, rules)
    if count <= 0 or invoice.issued_on is None:
        return None
    return _give(by, invoice, count, Entry.EARNED, invoice.issued_on, rules)


def _give(
    by: User, invoice: Invoice, count: Decimal, kind: str, day: datetime.date, rules: BillingRules
) -> StoredValue:
    lot = StoredValue.objects.create(
        kind=POINTS, branch=invoice.branch, customer_id=invoice.customer_id,
        expires_on=purse.last_day(day, rules.points_months),
    )  # fmt: skip
    purse.enter(lot, kind, count, by=by, on=day, invoice=invoice)
    return lot


def take_back(*, by: User, note: Note) -> Decimal:
    """Of the points that a bill earned, the part that a credit note gives its value back for; returns how many went.

    Points that are spent by then stay spent: nobody's balance goes below zero.
    """
    invoice = note.invoice
    count = points.share(_earned(invoice), note.taxable + note.untaxed, invoice.taxable + invoice.untaxed)
    return _take(by, invoice, count, note=note)


def undo(*, by: User, invoice: Invoice) -> None:
    """A cancelled bill earned nothing and took no points: takes back what is left, gives back what was redeemed."""
    _take(by, invoice, _earned(invoice) - _taken(invoice))
    if invoice.points:
        day = _today(invoice)
        _give(by, invoice, Decimal(invoice.points), Entry.RETURNED, day, BillingRules.of(invoice.branch))


def _take(by: User, invoice: Invoice, count: Decimal, note: Note | None = None) -> Decimal:
    if count <= 0:
        return ZERO
    today = _today(invoice)
    mine = StoredValueEntry.objects.filter(invoice=invoice, kind=Entry.EARNED).values("value")
    lots = purse.held(purse.lots(invoice.customer_id, invoice.branch, POINTS, today))
    lots.sort(key=lambda lot: lot.pk not in {key for (key,) in mine.values_list("value")})  # its own first
    return count - purse.spend(lots, count, Entry.TAKEN_BACK, by=by, on=today, invoice=invoice, note=note)


def _earned(invoice: Invoice) -> Decimal:
    return _sum(invoice, Entry.EARNED)


def _taken(invoice: Invoice) -> Decimal:
    return -_sum(invoice, Entry.TAKEN_BACK)


def _sum(invoice: Invoice, kind: str) -> Decimal:
    rows = StoredValueEntry.objects.filter(invoice=invoice, kind=kind, value__kind=POINTS)
    return rows.aggregate(sum=Sum("amount"))["sum"] or ZERO
