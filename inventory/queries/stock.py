"""The list of items and one item's page: what is in stock, in which state, and the file of it."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DecimalField, F, Func, IntegerField, Max, Q, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import money
from clinic.models import Branch
from inventory.models import Balance, Batch, Item, ItemQuerySet

SOON = 30  # days before expiry from which a batch is shown as expiring
ONLY = ("low", "expiring", "out", "expired", "blocked", "over", "gone")
FULL = 3  # a shelf is full at this many times the reorder level


@dataclass(frozen=True)
class Figures:
    """`value` at cost in rupees; `items` is the length of the list; `expiring` holds the first of `expiring_count` batches: item, batch, quantity."""

    value: Decimal
    expiring_count: int
    expiring: list[dict[str, Any]]
    items: int


@dataclass(frozen=True)
class Line:
    """An item as a list shows it. `percent` is how full the shelf is, `badges` its states as (tone, words), worst first."""

    item: Item
    percent: int
    low: bool
    badges: list[tuple[str, str]]

    @property
    def status(self) -> str:
        return self.badges[0][1]


def figures(branch: Branch | None, today: datetime.date, items: ItemQuerySet) -> Figures:
    """What stands above the list of `items`, and how many they are, in one query."""
    held = Q(balance__quantity__gt=0)
    soon = held & Q(
        balance__batch__is_active=True,
        balance__batch__expires_on__gt=today,
        balance__batch__expires_on__lte=today + datetime.timedelta(days=SOON),
    )
    row = JSONObject(
        item="balance__batch__item__name", batch="balance__batch__number", quantity="balance__quantity"
    )
    worth = F("balance__quantity") * F("balance__batch__unit_cost")
    keys = ArraySubquery(items.order_by().values("pk"))
    found = Branch.objects.filter(pk__in=[branch.pk] if branch else []).aggregate(
        value=Coalesce(Sum(worth, filter=held, output_field=DecimalField()), Decimal(0)),
        count=Count("balance", filter=soon),
        rows=JSONBAgg(row, filter=soon, order_by="balance__batch__expires_on", default=[]),
        items=Max(Func(keys, function="CARDINALITY", output_field=IntegerField())),
    )
    return Figures(found["value"], found["count"], found["rows"][:3], found["items"] or 0)


def narrowed(
    items: ItemQuerySet, *, typed: str, only: str, category: str, today: datetime.date
) -> ItemQuerySet:
    """Items after `with_stock_at` and `with_first_batch_at`, those that match; `only` is one of ONLY."""
    if typed:
        items = items.matching(typed)
    if category in Item.Category.values:
        items = items.filter(category=category)
    if only == "low":
        return items.under_threshold()
    if only == "expiring":
        return items.filter(first_expiry__lte=today + datetime.timedelta(days=SOON))
    if only == "out":
        return items.filter(in_stock=0)
    if only in ("expired", "blocked"):
        return items.filter(**{f"{only}__gt": 0})
    if only == "over":
        return items.filter(in_stock__gt=F("maximum_level"))
    return items


def line(item: Item, today: datetime.date) -> Line:
    """After `with_stock_at` and `with_first_batch_at`."""
    full = item.maximum_level or FULL * item.reorder_level
    percent = min(100, round(100 * item.in_stock / full)) if full else 100 * bool(item.in_stock)
    return Line(item, percent, item.in_stock < item.reorder_level, _badges(item, today))


def _badges(item: Item, today: datetime.date) -> list[tuple[str, str]]:
    if not item.is_active:
        return [("", _("Not kept"))]
    found = []
    days = (item.first_expiry - today).days if item.first_expiry else None
    if item.expired:
        found.append(("bad", _("Expired")))
    if item.blocked:
        found.append(("bad", _("Blocked")))
    if not item.in_stock:
        found.insert(len(found), ("bad", _("Out of stock")))
    if days is not None and days <= SOON:
        words = ngettext("Expires in %(days)s day", "Expires in %(days)s days", days)
        found.append(("bad", words % {"days": days}))
    if 0 < item.in_stock < item.reorder_level:
        found.append(("warn", _("Low stock")))
    if item.maximum_level is not None and item.in_stock > item.maximum_level:
        found.append(("info", _("Over maximum")))
    return found or [("good", _("In stock"))]


def batches_at(item: Item, branch: Branch | None) -> list[Batch]:
    """The item's batches with what is left of each at the branch as `in_stock`; first expiry first, empty ones last."""
    rows = item.batches.filter(Q(balances__branch=branch) | Q(balances__isnull=True))
    rows = rows.annotate(in_stock=Coalesce(F("balances__quantity"), Decimal(0), output_field=DecimalField()))
    found = rows.select_related("supplier").first_expiring()
    return sorted(found, key=lambda batch: not batch.in_stock)


def stock_rows(items: ItemQuerySet, branch: Branch | None) -> Iterator[list[Any]]:
    """One row per item and batch in stock, for the accountant; an item without stock has one row of its own."""
    balances = Balance.objects.filter(branch=branch, quantity__gt=0, batch__item__in=items.values("pk"))
    of_item: dict[Any, list[Balance]] = {}
    for balance in balances.select_related("batch__supplier").order_by(
        F("batch__expires_on").asc(nulls_last=True), "batch_id"
    ):
        of_item.setdefault(balance.batch.item_id, []).append(balance)
    for item in items.select_related("tax_category"):
        head = [
            item.name, item.get_category_display(), item.tax_category.name, item.sku, item.barcode, item.hsn_code,
            _or_blank(item.price), _or_blank(item.mrp), item.get_use_display(), item.base_unit, item.uqc, item.pack_unit,
            item.units_per_pack, item.reorder_level, _or_blank(item.maximum_level), item.generic_name, item.composition,
            item.form, item.strength, item.manufacturer, item.storage,
        ]  # fmt: skip
        for balance in of_item.get(item.pk, []):
            batch = balance.batch
            value = balance.quantity * batch.unit_cost
            yield [
                *head, batch.number, batch.made_on or "", batch.expires_on or "", batch.supplier or "", balance.quantity,
                money.round2(batch.unit_cost), value.quantize(Decimal("0.01")),
            ]  # fmt: skip
        if item.pk not in of_item:
            yield [*head, "", "", "", "", 0, "", 0]


def _or_blank(value: Decimal | None) -> Decimal | str:
    return "" if value is None else value


def left_of(batch: Batch, branch: Branch | None) -> Decimal:
    """How much of a batch lies at a branch."""
    return Balance.objects.filter(batch=batch, branch=branch).values_list(
        "quantity", flat=True
    ).first() or Decimal(0)
