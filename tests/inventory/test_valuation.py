"""What the shelf is worth: first in first out, moving average, and each batch at its own cost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.valuation import Worth, worth


def signed(*pairs):
    return [(Decimal(quantity), Decimal(cost)) for quantity, cost in pairs]


@pytest.mark.parametrize(
    ("movements", "held"),
    [
        ([], (0, 0, 0, 0)),
        ([("10", "5")], (10, 50, 50, 50)),
        # Ten at 5 and ten at 7; fifteen of them leave, all ten of the second batch among them.
        ([("10", "5"), ("10", "7"), ("-10", "7"), ("-5", "5")], (5, 35, 30, 25)),
        ([("10", "5"), ("-10", "5"), ("4", "9")], (4, 36, 36, 36)),
        ([("3", "0"), ("3", "2")], (6, 6, 6, 6)),
        ([("2.5", "4"), ("-0.5", "4")], (2, 8, 8, 8)),
    ],
)
def test_by_hand(movements, held):
    quantity, fifo, average, batch = (Decimal(figure) for figure in held)
    assert worth(signed(*movements)) == Worth(quantity, fifo, average, batch)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 90)), max_size=20), st.data())
def test_no_method_leaves_the_range_of_the_costs(received, data):
    moves, held = [], 0
    for quantity, cost in received:
        moves.append((Decimal(quantity), Decimal(cost)))
        held += quantity
        out = data.draw(st.integers(0, held))
        if out:
            moves.append((Decimal(-out), Decimal(cost)))
            held -= out
    found = worth(moves)
    costs = [cost for _quantity, cost in received] or [0]
    assert found.quantity == held
    for value in (found.fifo, found.average):
        assert min(costs) * held - Decimal("0.0001") <= value <= max(costs) * held + Decimal("0.0001")
