"""What the dashboard reads: a fixed number of queries, whatever the clinic's size. Money in rupees."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Sum, Window

from appointments.models import Appointment, AppointmentQuerySet
from appointments.queries import with_sessions
from billing.models import Invoice
from clinic.models import Branch
from clinic.permissions import Permission
from inventory.models import Item
from staff.models import User

DAYS_SHOWN = 30
PENDING_SHOWN = 6
LOW_SHOWN = 6
SCHEDULE_SHOWN = 40
ZERO = Decimal(0)


def appointments_on(user: User, branch: Branch, day: datetime.date) -> AppointmentQuerySet:
    """The branch's appointments of a local day; only their own for those who treat and don't run the clinic."""
    found = Appointment.objects.visible_to(user).for_day(day, branch)
    if user.may(Permission.VISITS_COMPLETE) and not user.may(Permission.MONEY_VIEW):
        found = found.filter(practitioner__user=user)
    return found


def schedule(user: User, branch: Branch, day: datetime.date) -> list[Appointment]:
    """The day in order of time, each with `session_number` and `session_count` where it uses up a package."""
    visits = appointments_on(user, branch, day).exclude(status=Appointment.Status.CANCELLED)
    return list(with_sessions(visits).select_related("customer", "treatment", "practitioner__resource"))


def standing_count(user: User, branch: Branch, day: datetime.date) -> int:
    return appointments_on(user, branch, day).standing().count()


@dataclass(frozen=True)
class Billed:
    """Totals of issued invoices: this month up to today, the same days of last month, and the last 30 days by day."""

    month: Decimal
    same_days_before: Decimal
    until_then: datetime.date
    by_day: list[tuple[datetime.date, Decimal]]

    @property
    def sum(self) -> Decimal:
        return sum((amount for _day, amount in self.by_day), ZERO)

    @property
    def change_percent(self) -> int | None:
        """Against the same days of last month; None where there was nothing to compare with."""
        if not self.same_days_before:
            return None
        return round((self.month - self.same_days_before) * 100 / self.same_days_before)


def billed(user: User, today: datetime.date) -> Billed:
    first = today.replace(day=1)
    last_of_month_before = first - datetime.timedelta(days=1)
    first_before = last_of_month_before.replace(day=1)
    until_then = last_of_month_before.replace(day=min(today.day, last_of_month_before.day))
    window_begins = today - datetime.timedelta(days=DAYS_SHOWN - 1)
    totals = dict(
        Invoice.objects.visible_to(user)
        .issued()
        .filter(issued_on__gte=min(first_before, window_begins), issued_on__lte=today)
        .order_by()
        .values_list("issued_on")
        .annotate(Sum("total"))
    )
    days = [window_begins + datetime.timedelta(days=place) for place in range(DAYS_SHOWN)]
    return Billed(
        month=sum((total for day, total in totals.items() if day >= first), ZERO),
        same_days_before=sum(
            (total for day, total in totals.items() if first_before <= day <= until_then), ZERO
        ),
        until_then=until_then,
        by_day=[(day, totals.get(day, ZERO)) for day in days],
    )


@dataclass(frozen=True)
class Pending:
    """Invoices with something still due, the oldest first, and the sum and number of them all."""

    oldest: list[Invoice]
    sum: Decimal
    count: int


def pending(user: User) -> Pending:
    oldest = list(
        Invoice.objects.visible_to(user)
        .unpaid()
        .select_related("customer")
        .annotate(all_due=Window(Sum(F("total") - F("paid"))), all_count=Window(Count("pk")))
        .order_by("issued_on", "id")[:PENDING_SHOWN]
    )
    if not oldest:
        return Pending([], ZERO, 0)
    return Pending(oldest, oldest[0].all_due, oldest[0].all_count)


def low_stock(user: User, branch: Branch, today: datetime.date) -> list[Item]:
    """Active items below their reorder level, the emptiest first, each with `percent` of that level."""
    items = list(
        Item.objects.visible_to(user).active().kept_at(branch).with_stock_at(branch, today).under_threshold()
    )
    for item in items:
        item.percent = int(item.in_stock * 100 / item.reorder_level)
    return sorted(items, key=lambda item: (item.percent, item.name))
