"""Items, batches, balances per (batch, branch), the append-only movements they follow from, and the work of the shelf."""

from .adjustments import Adjustment
from .batches import Balance, Batch, BatchQuerySet
from .counts import Count, CountLine
from .items import Item, ItemQuerySet
from .movements import Movement
from .prices import ItemPrice
from .suppliers import Supplier
from .transfers import Transfer, TransferLine

__all__ = [
    "Adjustment",
    "Balance",
    "Batch",
    "BatchQuerySet",
    "Count",
    "CountLine",
    "Item",
    "ItemPrice",
    "ItemQuerySet",
    "Movement",
    "Supplier",
    "Transfer",
    "TransferLine",
]
