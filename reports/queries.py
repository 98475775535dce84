"""What the dashboard reads: a fixed number of queries, whatever the clinic's size. Money in rupees."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Sum, Value, Window
from django.db.models.functions import Cast

from appointments.models import Appointment
from appointments.queries import with_sessions
from billing.models import Invoice, Payment
from clinic.models import Branch
from inventory.models import Item
from reports import figures
from staff.models import User

DAYS_SHOWN = figures.DAYS_SHOWN
PENDING_SHOWN = 6
LOW_SHOWN = 6
SCHEDULE_SHOWN = 40
ZERO = Decimal(0)


def schedule(user: User, branch: Branch, day: datetime.date) -> list[Appointment]:
    """The day in order of time, each with `session_number` and `session_count` where it uses up a package."""
    visits = figures.visits_on(user, branch, day).exclude(status=Appointment.Status.CANCELLED)
    return list(with_sessions(visits).select_related("customer", "treatment", "practitioner__resource"))


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


@dataclass(frozen=True)
class Share:
    """What came in by one mode in the last 30 days, and its part of all in percent."""

    figure: str
    title: str
    amount: Decimal
    percent: int


@dataclass(frozen=True)
class Received:
    sum: Decimal
    shares: list[Share]


def money_of(user: User, branch: Branch, today: datetime.date) -> tuple[Billed, Received]:
    """What was billed and what came in, in one query."""
    first = today.replace(day=1)
    last_of_month_before = first - datetime.timedelta(days=1)
    first_before = last_of_month_before.replace(day=1)
    until_then = last_of_month_before.replace(day=min(today.day, last_of_month_before.day))
    window_begins = today - datetime.timedelta(days=DAYS_SHOWN - 1)
    bills = _sums(
        figures.since(user, min(first_before, window_begins), today), Value("billed"), "issued_on", "total"
    )
    paid = _sums(figures.received(user, branch, today), F("mode"), "received_on", "amount")
    rows = list(bills.union(paid, all=True))
    totals = {day: amount for kind, day, amount in rows if kind == "billed"}
    days = [window_begins + datetime.timedelta(days=place) for place in range(DAYS_SHOWN)]
    return Billed(
        month=sum((total for day, total in totals.items() if day >= first), ZERO),
        same_days_before=sum(
            (total for day, total in totals.items() if first_before <= day <= until_then), ZERO
        ),
        until_then=until_then,
        by_day=[(day, totals.get(day, ZERO)) for day in days],
    ), _received(rows)


def _sums(
    rows: QuerySet[Any], kind: Any, day: str, amount: str
) -> QuerySet[Any, tuple[str, datetime.date, Decimal]]:
    plain = rows.select_related(None).prefetch_related(None).order_by()
    return plain.annotate(kind=Cast(kind, CharField())).values_list("kind", day).annotate(Sum(amount))


def _received(rows: list[tuple[str, datetime.date, Decimal]]) -> Received:
    by_mode = {
        mode: sum((amount for kind, _day, amount in rows if kind == mode), ZERO) for mode in Payment.Mode
    }
    everything = sum(by_mode.values(), ZERO)
    return Received(
        everything,
        [
            Share(f"received-{mode}", str(Payment.Mode(mode).label), amount, round(amount * 100 / everything))
            for mode, amount in sorted(by_mode.items(), key=lambda pair: -pair[1])
            if amount
        ],
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
        .annotate(all_due=Window(Sum("outstanding")), all_count=Window(Count("pk")))
        .order_by("issued_on", "id")[:PENDING_SHOWN]
    )
    if not oldest:
        return Pending([], ZERO, 0)
    return Pending(oldest, oldest[0].all_due, oldest[0].all_count)


def low_stock(user: User, branch: Branch, today: datetime.date) -> list[Item]:
    """Active items below their reorder level, the emptiest first, each with `percent` of that level."""
    items = list(figures.FIGURES["low-stock"].rows(user, branch, today))
    for item in items:
        item.percent = int(item.in_stock * 100 / item.reorder_level)
    return sorted(items, key=lambda item: (item.percent, item.name))
