"""The open drawer that money of a cashier goes into, and what should be in a drawer. Reads, but for opening one."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models import Appointment
from billing.models import CashMovement, Drawer, Invoice, Payment, Refund
from clinic.models import Branch
from packages.models import Plan, Session
from staff.models import User

#: Notes and coins in use, by their worth in paise.
DENOMINATIONS = (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50)


def of(cashier: User, branch: Branch) -> Drawer:
    """The cashier's open drawer at the branch, locked until the transaction ends, so that nobody closes it meanwhile.

    The first payment of the day opens one. Locks come in this order: customer, invoice, stored value, drawer, series.
    """
    mine = Drawer.objects.select_for_update(no_key=True).filter(branch=branch, cashier=cashier)
    open_one = mine.filter(status=Drawer.Status.OPEN).first()
    if open_one:
        return open_one
    try:
        with transaction.atomic():
            return Drawer.objects.create(
                branch=branch, cashier=cashier, opened_at=timezone.now(), opening_float=left_before(cashier, branch)
            )  # fmt: skip
    except IntegrityError:  # opened by another request of the same person
        return mine.get(status=Drawer.Status.OPEN)


def left_before(cashier: User, branch: Branch) -> Decimal:
    """What the cashier left in the drawer last time, or was handed by whoever closed theirs since."""
    before = Drawer.objects.filter(branch=branch).exclude(status=Drawer.Status.OPEN)
    mine = before.filter(Q(cashier=cashier, handed_to__isnull=True) | Q(handed_to=cashier))
    last = mine.order_by("-closed_at").first()
    return last.left_in if last else Decimal(0)


def expected(drawer: Drawer) -> dict[str, Decimal]:
    """Rupees by mode that should be there: worked out from the rows, so that nothing can be counted twice or left out."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    found[Payment.Mode.CASH] = drawer.opening_float
    for mode, amount in _by_mode(Payment.objects.filter(drawer=drawer)):
        found[mode] += amount
    for mode, amount in _by_mode(Refund.objects.filter(drawer=drawer, status=Refund.Status.PROCESSED)):
        if mode not in Payment.NOT_MONEY:
            found[mode] -= amount
    moved = CashMovement.objects.filter(drawer=drawer).order_by().aggregate(sum=Sum("amount"))["sum"]
    found[Payment.Mode.CASH] += moved or Decimal(0)
    return dict(found)


def _by_mode(rows: QuerySet) -> list[tuple[str, Decimal]]:
    return list(rows.order_by().values("mode").annotate(sum=Sum("amount")).values_list("mode", "sum"))


def open_items(drawer: Drawer) -> list[str]:
    """What its cashier has to settle before the drawer can be closed, in plain words."""
    drafts = Invoice.objects.drafts().filter(
        branch=drawer.branch_id, created_by=drawer.cashier_id, total__gt=0, created_at__gte=drawer.opened_at
    )
    payable = Refund.objects.filter(
        branch=drawer.branch_id, requested_by=drawer.cashier_id, status=Refund.Status.APPROVED
    )
    found = []
    if count := drafts.count():
        sentence = ngettext(
            "%(count)s draft to issue or discard", "%(count)s drafts to issue or discard", count
        )
        found.append(sentence % {"count": count})
    if count := payable.count():
        sentence = ngettext(
            "%(count)s approved refund to pay out", "%(count)s approved refunds to pay out", count
        )
        found.append(sentence % {"count": count})
    return found


def unbilled(branch: Branch, day: datetime.date) -> QuerySet[Appointment]:
    """Visits completed on a local day that no bill names and no package has paid for, in order."""
    done = Appointment.objects.for_day(day, branch).filter(status=Appointment.Status.COMPLETED)
    billed = Invoice.objects.issued().filter(appointment__in=done)
    prepaid = Session.objects.filter(appointment_id__in=done.values("pk")).exclude(
        enrolment__payment=Plan.Payment.PER_SESSION
    )
    return (
        done.exclude(pk__in=billed.values("appointment"))
        .exclude(pk__in=prepaid.values("appointment_id"))
        .select_related("customer", "treatment", "practitioner__resource")
        .order_by("starts_at")
    )


@dataclass(frozen=True)
class ModeRow:
    """One mode of a closed drawer, in rupees."""

    label: str
    expected: Decimal
    declared: Decimal

    @property
    def difference(self) -> Decimal:
        return self.declared - self.expected


def compared(drawer: Drawer) -> list[ModeRow]:
    """What was declared beside what should have been there, as frozen at the close."""
    modes = [mode for mode in Payment.Mode.values if mode in drawer.expected or mode in drawer.declared]
    return [
        ModeRow(
            str(Payment.Mode(mode).label),
            Decimal(drawer.expected.get(mode, "0")),
            Decimal(drawer.declared.get(mode, "0")),
        )
        for mode in modes
    ]


def counted(drawer: Drawer) -> list[tuple[Decimal, int, Decimal]]:
    """Notes and coins of a closed drawer: worth in rupees, how many, together."""
    rows = [(Decimal(worth) / 100, drawer.counted.get(str(worth), 0)) for worth in DENOMINATIONS]
    return [(worth, count, worth * count) for worth, count in rows if count]


def told(worth: Decimal) -> str:
    """₹500, 50 p."""
    return f"₹{worth:.0f}" if worth >= 1 else _("%(paise)s p") % {"paise": f"{worth * 100:.0f}"}


def day_totals(branch: Branch, day: datetime.date) -> list[tuple[str, Decimal, Decimal]]:
    """By mode what came in and went back at a branch on a local day, whoever took it."""
    came = dict(_by_mode(Payment.objects.filter(branch=branch, received_on=day)))
    back = dict(_by_mode(Refund.objects.filter(branch=branch, status=Refund.Status.PROCESSED, issued_on=day)))
    return [
        (str(Payment.Mode(mode).label), came.get(mode, Decimal(0)), back.get(mode, Decimal(0)))
        for mode in Payment.Mode.values
        if mode in came or mode in back
    ]
