"""What people may type about buying, turned into clean values; no side effects."""

from .editing import AddForm, OrderForm, OrderLineForm, ReceiptForm, ReceiptLineForm
from .fields import ItemField, ReasonForm
from .returns import ReturnForm
from .settings import BuyingRulesForm
from .starts import DeliveryForm, OrderStartForm
from .suppliers import SupplierForm

__all__ = [
    "AddForm",
    "BuyingRulesForm",
    "DeliveryForm",
    "ItemField",
    "OrderForm",
    "OrderLineForm",
    "OrderStartForm",
    "ReasonForm",
    "ReceiptForm",
    "ReceiptLineForm",
    "ReturnForm",
    "SupplierForm",
]
