"""What expires when: the board of 30, 60 and 90 days, and what should have been put away."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from clinic import money
from clinic.models import Branch
from inventory.models import Balance

#: (name, first day from today, last day from today); None has no end.
SPANS = [("expired", None, 0), ("30", 1, 30), ("60", 31, 60), ("90", 61, 90)]
BLOCKED = "blocked"
TONES = {"expired": "bad", "30": "bad", "60": "warn", "90": "info", BLOCKED: ""}


@dataclass(frozen=True)
class Bucket:
    """One column of the board: how many batches, worth how much at cost in rupees."""

    name: str
    title: str
    tone: str
    batches: int
    value: Decimal


def expiry_board(branch: Branch | None, today: datetime.date) -> list[Bucket]:
    """All columns in one query; what is blocked stands in its own, whenever it expires."""
    worth = F("quantity") * F("batch__unit_cost")
    names = [name for name, _first, _last in SPANS] + [BLOCKED]
    found = _held(branch).aggregate(
        **{f"count_{name}": Count("pk", filter=_within(name, today)) for name in names},
        **{
            f"value_{name}": Coalesce(
                Sum(worth, filter=_within(name, today), output_field=DecimalField()), Decimal(0)
            )
            for name in names
        },
    )
    return [
        Bucket(name, title(name), TONES[name], found[f"count_{name}"], money.round2(found[f"value_{name}"]))
        for name in names
    ]


def expiry_rows(branch: Branch | None, today: datetime.date, name: str) -> QuerySet[Balance]:
    """What stands behind one column, first expiry first; all columns together where the name is none of them."""
    known = [span[0] for span in SPANS] + [BLOCKED]
    wanted = Q()
    for each in [name] if name in known else known:
        wanted |= _within(each, today)
    rows = _held(branch).filter(wanted).select_related("batch__item", "batch__supplier")
    return rows.order_by(F("batch__expires_on").asc(nulls_last=True), "batch_id")


def title(name: str) -> str:
    if name == "expired":
        return _("Expired")
    if name == BLOCKED:
        return _("Blocked")
    first, last = next((first, last) for known, first, last in SPANS if known == name)
    return _("%(first)s to %(last)s days") % {"first": first, "last": last}


def expiry_file(rows: QuerySet[Balance]) -> Iterator[list[Any]]:
    for row in rows:
        batch = row.batch
        yield [
            batch.item.name, batch.number, batch.expires_on or "", batch.get_blocked_for_display(), row.quantity,
            batch.item.base_unit, money.round2(batch.unit_cost), money.round2(row.quantity * batch.unit_cost),
            batch.supplier or "",
        ]  # fmt: skip


def _held(branch: Branch | None) -> QuerySet[Balance]:
    return Balance.objects.filter(branch=branch, quantity__gt=0)


def _within(name: str, today: datetime.date) -> Q:
    if name == BLOCKED:
        return Q(batch__is_active=False)
    first, last = next((first, last) for known, first, last in SPANS if known == name)
    found = Q(batch__is_active=True, batch__expires_on__lte=today + datetime.timedelta(days=last or 0))
    if first is not None:
        found &= Q(batch__expires_on__gte=today + datetime.timedelta(days=first))
    return found
