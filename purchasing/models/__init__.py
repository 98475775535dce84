"""Orders, receipts and returns, each with its lines; and what a branch has decided about buying."""

from .orders import Order, OrderLine, OrderQuerySet, OrderStep
from .receipts import Receipt, ReceiptLine, ReceiptQuerySet
from .returns import Return, ReturnLine
from .rules import BuyingRules

__all__ = [
    "BuyingRules",
    "Order",
    "OrderLine",
    "OrderQuerySet",
    "OrderStep",
    "Receipt",
    "ReceiptLine",
    "ReceiptQuerySet",
    "Return",
    "ReturnLine",
]
