"""What a stock is worth, from the order in which it came and went. Pure: costs in rupees a unit, quantities signed."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass
class Worth:
    """A quantity and its value in three ways: first in first out, moving average, and each batch at its own cost."""

    quantity: Decimal = NOTHING
    fifo: Decimal = NOTHING
    average: Decimal = NOTHING
    batch: Decimal = NOTHING


def worth(movements: Iterable[tuple[Decimal, Decimal]]) -> Worth:
    """Of (quantity, unit cost) pairs in order of time. What comes back in comes in at its own cost, as a new layer."""
    layers: deque[tuple[Decimal, Decimal]] = deque()
    held = Worth()
    for quantity, cost in movements:
        held.batch += quantity * cost
        if quantity > 0:
            layers.append((quantity, cost))
            held.average += quantity * cost
        elif held.quantity:
            held.average += quantity * held.average / held.quantity
            _draw(layers, -quantity)
        held.quantity += quantity
    held.fifo = sum((quantity * cost for quantity, cost in layers), NOTHING)
    return held


def _draw(layers: deque[tuple[Decimal, Decimal]], quantity: Decimal) -> None:
    """Take from the oldest layers."""
    while quantity and layers:
        oldest, cost = layers.popleft()
        part = min(oldest, quantity)
        quantity -= part
        if oldest > part:
            layers.appendleft((oldest - part, cost))
