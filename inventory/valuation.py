"""What a stock is worth, from what came in. Pure: costs in rupees a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

NOTHING = Decimal(0)


class Came(NamedTuple):
    """One receipt: how much lay there `before` it, how much came, what one cost."""

    before: Decimal
    quantity: Decimal
    unit_cost: Decimal


@dataclass(frozen=True)
class Worth:
    """The value of what is held: first in first out, and at the moving average."""

    fifo: Decimal = NOTHING
    average: Decimal = NOTHING


def worth(came: Sequence[Came], held: Decimal) -> Worth:
    """Of all receipts of an item in order of time, of which `held` is left. What is brought back is a receipt.

    What leaves changes neither: it takes the oldest and leaves the average as it is. So what is left are the latest
    receipts, and the average moves with receipts alone; a stock that is never below zero needs no more to be valued.
    """
    price = NOTHING
    for each in came:
        price = (each.before * price + each.quantity * each.unit_cost) / (each.before + each.quantity)
    fifo, left = NOTHING, held
    for each in reversed(came):
        if not left:
            break
        part = min(left, each.quantity)
        fifo, left = fifo + part * each.unit_cost, left - part
    return Worth(fifo, held * price)
