"""The worth of the shelf at the end of a day."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import connection

from clinic import money
from clinic.models import Branch
from inventory.models import Item
from inventory.valuation import Came, worth

from .movements import midnight


@dataclass(frozen=True)
class Valued:
    """One item: what is held, and its value at cost in rupees by three methods, each rounded to the paisa."""

    item: Item
    quantity: Decimal
    fifo: Decimal
    average: Decimal
    batch: Decimal


#: Receipts with what lay there before each, and in the last row of an item what is held and worth at its batches' cost.
_RECEIPTS = """
SELECT item_id, before, quantity, unit_cost, held, at_cost FROM (
  SELECT batch.item_id, move.id, move.quantity, coalesce(move.unit_cost, 0) AS unit_cost,
    sum(move.quantity) OVER earlier - move.quantity AS before,
    sum(move.quantity) OVER whole AS held,
    sum(move.quantity * coalesce(move.unit_cost, 0)) OVER whole AS at_cost
  FROM inventory_movement AS move
  JOIN inventory_batch AS batch ON batch.id = move.batch_id
  JOIN inventory_item AS item ON item.id = batch.item_id
  WHERE move.branch_id = %(branch)s AND move.created_at < %(until)s AND %(category)s IN ('', item.category)
  WINDOW whole AS (PARTITION BY batch.item_id),
    earlier AS (PARTITION BY batch.item_id ORDER BY move.id ROWS UNBOUNDED PRECEDING)
) AS moves WHERE quantity > 0 AND held <> 0 ORDER BY item_id, id
"""


def valuation(branch: Branch, day: datetime.date, *, category: str = "") -> list[Valued]:
    """Every item held at the end of `day`, by name. The database adds up what moved; only receipts are read."""
    asked: dict[str, Any] = {
        "branch": branch.pk,
        "until": midnight(day + datetime.timedelta(days=1), branch),
        "category": category if category in Item.Category.values else "",
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPTS, asked)
        groups = {item: list(rows) for item, rows in groupby(cursor.fetchall(), key=lambda row: row[0])}
    found = []
    for item in Item.objects.filter(pk__in=groups).order_by("name", "pk"):
        rows = groups[item.pk]
        held, at_cost = rows[0][4:]
        value = worth([Came(*row[1:4]) for row in rows], held)
        found.append(
            Valued(item, held, money.round2(value.fifo), money.round2(value.average), money.round2(at_cost))
        )
    return found


def totals(lines: list[Valued]) -> dict[str, Decimal]:
    """The sums of the lines as they stand, so that a column adds up to its foot."""
    methods = ("fifo", "average", "batch")
    return {name: sum((getattr(line, name) for line in lines), Decimal(0)) for name in methods}
