"""The history of stock at a branch, and how much came and went day by day."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils.formats import date_format

from clinic import charts, money
from clinic.models import Branch
from inventory.models import Movement


@dataclass(frozen=True)
class Flow:
    """What left stock on each day of a span, at cost in rupees, as bars; and both sums."""

    bars: list[charts.Bar]
    axis: list[str]
    came: Decimal
    left: Decimal


def history(
    branch: Branch | None,
    *,
    item: Any = None,
    kind: str = "",
    typed: str = "",
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> QuerySet[Movement]:
    """Movements at the branch, latest first. The days are the branch's own, both included."""
    rows = Movement.objects.filter(branch=branch).select_related("batch__item", "by")
    if item is not None:
        rows = rows.filter(batch__item=item)
    if kind in Movement.Kind.values:
        rows = rows.filter(kind=kind)
    if typed:
        rows = rows.filter(Q(batch__item__name__icontains=typed) | Q(batch__number__iexact=typed))
    if first and branch:
        rows = rows.filter(created_at__gte=midnight(first, branch))
    if last and branch:
        rows = rows.filter(created_at__lt=midnight(last + datetime.timedelta(days=1), branch))
    return rows


def flow(branch: Branch, rows: QuerySet[Movement], first: datetime.date, last: datetime.date) -> Flow:
    """The bars of what left, at cost; one for each day of the span, which is at most a quarter of a year."""
    worth = F("quantity") * F("unit_cost")
    money_field = DecimalField(max_digits=20, decimal_places=4)
    by_day: dict[datetime.date, Any] = {
        row["day"]: row
        for row in rows.order_by()
        .annotate(day=TruncDate("created_at", tzinfo=branch.zone))
        .values("day")
        .annotate(
            came=Coalesce(Sum(worth, filter=Q(quantity__gt=0), output_field=money_field), Decimal(0)),
            left=Coalesce(Sum(-worth, filter=Q(quantity__lt=0), output_field=money_field), Decimal(0)),
        )
    }
    days = [first + datetime.timedelta(days=number) for number in range((last - first).days + 1)]
    points = [
        charts.Point(date_format(day, "j M"), left, money.rupees(left))
        for day in days
        for left in [by_day[day]["left"] if day in by_day else Decimal(0)]
    ]
    return Flow(
        bars=charts.bars(points),
        axis=charts.axis(points),
        came=money.round2(sum((row["came"] for row in by_day.values()), Decimal(0))),
        left=money.round2(sum((row["left"] for row in by_day.values()), Decimal(0))),
    )


def history_rows(rows: QuerySet[Movement], branch: Branch) -> Iterator[list[Any]]:
    """For a file: one row a movement, oldest first."""
    for row in rows.order_by("id").iterator(chunk_size=1000):
        at = row.created_at.astimezone(branch.zone)
        yield [
            f"{at:%Y-%m-%d %H:%M}", row.batch.item.name, row.batch.number, row.get_kind_display(), row.quantity,
            row.balance_after, row.unit_cost, money.round2(row.quantity * (row.unit_cost or 0)), row.note, str(row.by),
        ]  # fmt: skip


def midnight(day: datetime.date, branch: Branch) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), branch.zone)
