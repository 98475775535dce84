"""The worth of the shelf at the end of a day."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from clinic import money
from clinic.models import Branch
from inventory.models import Item
from inventory.valuation import worth

from .movements import history


@dataclass(frozen=True)
class Valued:
    """One item: what is held, and its value at cost in rupees by three methods, each rounded to the paisa."""

    item: Item
    quantity: Decimal
    fifo: Decimal
    average: Decimal
    batch: Decimal


def valuation(branch: Branch, day: datetime.date, *, category: str = "") -> list[Valued]:
    """Every item held at the end of `day`, by name. Reads all movements up to then, once, in order of time."""
    rows = history(branch, last=day)
    if category in Item.Category.values:
        rows = rows.filter(batch__item__category=category)
    moves = rows.select_related(None).order_by("batch__item_id", "id")
    found = {}
    values = moves.values_list("batch__item_id", "quantity", "unit_cost").iterator(chunk_size=5000)
    for item, group in groupby(values, key=lambda row: row[0]):
        held = worth((quantity, cost or Decimal(0)) for _item, quantity, cost in group)
        if held.quantity:
            found[item] = held
    items = Item.objects.filter(pk__in=found).order_by("name", "pk")
    return [
        Valued(
            item,
            found[item.pk].quantity,
            money.round2(found[item.pk].fifo),
            money.round2(found[item.pk].average),
            money.round2(found[item.pk].batch),
        )
        for item in items
    ]


def totals(lines: list[Valued]) -> dict[str, Decimal]:
    """The sums of the lines as they stand, so that a column adds up to its foot."""
    methods = ("fifo", "average", "batch")
    return {name: sum((getattr(line, name) for line in lines), Decimal(0)) for name in methods}
