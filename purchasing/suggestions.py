"""What to order next: from use, from booked treatments, from what lies here and what is on its way. No writing."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils import timezone

from clinic import registries
from clinic.models import Branch
from inventory.models import Batch, Item, Movement, Supplier
from purchasing.models import BuyingRules, OrderLine

USED = (Movement.Kind.SALE, Movement.Kind.CONSUMPTION)
ZERO = Decimal(0)
USUAL_LEAD = 7  # days, for an item without a known supplier


@dataclass(frozen=True)
class Suggestion:
    """One item to order, in base units. `daily` is what leaves on a day, `booked` what booked visits will need."""

    item: Item
    supplier: Supplier | None
    in_stock: Decimal
    on_order: Decimal
    daily: Decimal
    booked: Decimal
    wanted: Decimal

    @property
    def packs(self) -> Decimal:
        """Whole packs that hold what is wanted."""
        return (self.wanted / self.item.units_per_pack).to_integral_value(ROUND_UP)

    @property
    def quantity(self) -> Decimal:
        """What is ordered: whole packs where the item has one, else whole base units."""
        return self.packs if self.in_packs else self.wanted.to_integral_value(ROUND_UP)

    @property
    def in_packs(self) -> bool:
        return self.item.units_per_pack > 1

    @property
    def unit(self) -> str:
        return self.item.pack_unit if self.in_packs else self.item.base_unit


def suggestions(branch: Branch, suppliers: Collection[Supplier]) -> list[Suggestion]:
    """Items kept at the branch that will run below what they must not, most urgent first.

    An item is wanted once stock and what is on order, less what booked visits need until the goods could be here,
    falls below the reorder level or the use of the supplier's lead days, whichever is more. So much is wanted as
    fills the shelf to its maximum; without one, to the level plus the use of the days an order is meant to last.
    `suppliers` are those that are in use.
    """
    today = timezone.localdate(timezone=branch.zone)
    items = Item.objects.filter(organisation=branch.organisation_id).active().kept_at(branch)
    items = (
        items.with_stock_at(branch, today)
        .order_by("name", "pk")
        .annotate(
            usual=_usual_supplier(),
            ordered=OrderLine.on_order(branch),
            cover=Subquery(BuyingRules.objects.filter(branch=branch).values("cover_days")),
        )
    )
    known = {supplier.pk: supplier for supplier in suppliers}
    leads = {supplier.lead_days for supplier in suppliers} | {USUAL_LEAD}
    daily, needs = _daily_use(branch), _needed(branch, today + datetime.timedelta(days=max(leads)))
    usual_cover, found = BuyingRules().cover_days, []
    for item in items:
        supplier = known.get(item.usual)
        lead = supplier.lead_days if supplier else USUAL_LEAD
        last = today + datetime.timedelta(days=lead)
        booked = sum((units for day, units in needs.get(item.pk, ()) if day <= last), ZERO)
        facts = _Facts(item.in_stock, item.ordered or ZERO, daily.get(item.pk, ZERO), booked)
        if wanted := _wanted(item, facts, lead, item.cover or usual_cover):
            found.append(
                Suggestion(item, supplier, facts.in_stock, facts.on_order, facts.daily, facts.booked, wanted)
            )
    return sorted(
        found, key=lambda each: (each.in_stock > 0, each.in_stock - each.booked - each.item.reorder_level)
    )


@dataclass(frozen=True)
class _Facts:
    in_stock: Decimal
    on_order: Decimal
    daily: Decimal
    booked: Decimal


def _wanted(item: Item, facts: _Facts, lead: int, cover: int) -> Decimal:
    """Base units to order; 0: none. Never so much that the shelf would go above its maximum."""
    coming = facts.in_stock + facts.on_order
    level = max(item.reorder_level, facts.daily * lead)
    if coming - facts.booked >= level or (level == 0 and not facts.booked):
        return ZERO
    target = level + facts.booked + facts.daily * cover
    if item.maximum_level is not None:
        target = item.maximum_level
    return max(target - coming, ZERO).quantize(Decimal("0.001"))


def _usual_supplier() -> Subquery:
    """Who the item last came from."""
    came = Batch.objects.filter(item=OuterRef("pk"), supplier__isnull=False, supplier__is_active=True)
    return Subquery(came.order_by("-pk").values("supplier")[:1])


def _daily_use(branch: Branch) -> dict[UUID, Decimal]:
    """Base units sold and used a day, by item: over 30 days or over 60, whichever is more, so that a rise is noticed."""
    now = timezone.now()
    since = {days: now - datetime.timedelta(days=days) for days in (30, 60)}
    rows = Movement.objects.filter(branch=branch, kind__in=USED, created_at__gte=since[60]).order_by()
    sums = rows.values("batch__item").annotate(
        month=Sum("quantity", filter=Q(created_at__gte=since[30])), two=Sum("quantity")
    )
    return {row["batch__item"]: max(-(row["month"] or ZERO) / 30, -(row["two"] or ZERO) / 60) for row in sums}


def _needed(branch: Branch, until: datetime.date) -> dict[UUID, list[tuple[datetime.date, Decimal]]]:
    """What is promised already, by item and day, as upper apps tell."""
    found: dict[UUID, list[tuple[datetime.date, Decimal]]] = defaultdict(list)
    for provider in registries.needs():
        for (item, day), quantity in provider(branch, until).items():
            found[item].append((day, quantity))
    return found


def by_supplier(found: list[Suggestion]) -> list[tuple[Supplier | None, list[Suggestion]]]:
    """In groups as they would be ordered; what has no supplier yet comes last."""
    groups: dict[Any, list[Suggestion]] = defaultdict(list)
    for each in found:
        groups[each.supplier].append(each)
    return sorted(groups.items(), key=lambda group: (group[0] is None, str(group[0] or "")))
