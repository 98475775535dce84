"""What a document asks of the shelf, and what it got."""

from dataclasses import dataclass
from decimal import Decimal

from inventory.models import Batch, Item


@dataclass(frozen=True)
class Wanted:
    """So much of an item, from the batch that expires first unless one is chosen."""

    item: Item
    quantity: Decimal
    batch: Batch | None = None


@dataclass(frozen=True)
class Taken:
    """What left one batch. `place` is the index of the wish in `wanted` that it serves."""

    item: Item
    batch: Batch
    quantity: Decimal
    place: int = 0
