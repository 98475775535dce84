"""Items, batches, balances per (batch, branch), and the append-only movements they follow from."""

from .batches import Balance, Batch, BatchQuerySet
from .items import Item, ItemQuerySet
from .movements import Movement
from .suppliers import Supplier

__all__ = ["Balance", "Batch", "BatchQuerySet", "Item", "ItemQuerySet", "Movement", "Supplier"]
