"""What the shelf is worth: first in first out, moving average, and each batch at its own cost."""

import datetime
from collections import deque
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inventory import domain, queries
from inventory.models import Batch
from inventory.valuation import Came, worth
from tests import factories


def by_replaying(movements):
    """The slow way, as an independent second opinion: every movement in turn, with layers that are drawn from."""
    layers, held, average = deque(), Decimal(0), Decimal(0)
    for quantity, cost in movements:
        if quantity > 0:
            layers.append((quantity, cost))
            average += quantity * cost
        else:
            average += quantity * average / held
            left = -quantity
            while left:
                oldest, price = layers.popleft()
                if oldest > left:
                    layers.appendleft((oldest - left, price))
                left -= min(oldest, left)
        held += quantity
    return held, sum((quantity * cost for quantity, cost in layers), Decimal(0)), average


def receipts(movements):
    held, came = Decimal(0), []
    for quantity, cost in movements:
        if quantity > 0:
            came.append(Came(held, quantity, cost))
        held += quantity
    return came, held


def signed(*pairs):
    return [(Decimal(quantity), Decimal(cost)) for quantity, cost in pairs]


@pytest.mark.parametrize(
    ("movements", "fifo", "average"),
    [
        ([], 0, 0),
        ([("10", "5")], 50, 50),
        # Ten at 5 and ten at 7; fifteen of them leave, all ten of the second batch among them.
        ([("10", "5"), ("10", "7"), ("-10", "7"), ("-5", "5")], 35, 30),
        ([("10", "5"), ("-10", "5"), ("4", "9")], 36, 36),
        ([("3", "0"), ("3", "2")], 6, 6),
        ([("2.5", "4"), ("-0.5", "4")], 8, 8),
    ],
)
def test_by_hand(movements, fifo, average):
    found = worth(*receipts(signed(*movements)))
    assert (found.fifo, found.average) == (Decimal(fifo), Decimal(average))


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 90)), max_size=20), st.data())
def test_it_is_what_replaying_every_movement_gives(received, data):
    moves, held = [], 0
    for quantity, cost in received:
        moves.append((Decimal(quantity), Decimal(cost)))
        held += quantity
        out = data.draw(st.integers(0, held))
        if out:
            moves.append((Decimal(-out), Decimal(cost)))
            held -= out
    found = worth(*receipts(moves))
    quantity, fifo, average = by_replaying(moves)
    assert quantity == held and found.fifo == fifo
    assert abs(found.average - average) < Decimal("1e-12")
    costs = [cost for _quantity, cost in received] or [0]
    for value in (found.fifo, found.average):
        assert min(costs) * held - Decimal("0.0001") <= value <= max(costs) * held + Decimal("0.0001")


@pytest.mark.django_db
def test_the_shelf_by_day_category_and_branch(world):
    branch, by, today = world.branch, world.owner, timezone.localdate()
    serum = factories.item(branch, name="Serum", category="serum")
    gone = factories.batch(factories.item(branch, name="Gone"), branch, by, quantity=1)
    first = factories.batch(serum, branch, by, quantity=10, number="A")
    second = factories.batch(serum, branch, by, quantity=10, number="B")
    Batch.objects.filter(pk=first.pk).update(unit_cost=5)
    for batch, quantity in ((first, -4), (second, -1), (gone, -1)):
        batch.refresh_from_db()
        domain.adjust(by=by, branch=branch, batch=batch, quantity=Decimal(quantity), note="Broken")
    [line] = queries.valuation(branch, today)
    assert (line.item, line.quantity) == (serum, 15)
    rows = list(queries.history(branch, item=serum).order_by("id").values_list("quantity", "unit_cost"))
    held, fifo, average = by_replaying([(quantity, cost or Decimal(0)) for quantity, cost in rows])
    assert (line.quantity, line.fifo) == (held, fifo) and abs(line.average - average) < Decimal("0.01")
    assert line.batch == sum(quantity * (cost or 0) for quantity, cost in rows)
    assert queries.totals([line]) == {"fifo": line.fifo, "average": line.average, "batch": line.batch}
    assert len(queries.valuation(branch, today, category="serum")) == 1
    assert queries.valuation(branch, today, category="cream") == []
    assert queries.valuation(branch, today - datetime.timedelta(days=1)) == []
    assert queries.valuation(world.elsewhere, today) == []
