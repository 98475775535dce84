"""The verbs of purchasing. Locks: order, receipt, supplier, batches by id, number series last."""

from .orders import (
    LineTerms,
    NewLine,
    approve_order,
    cancel_order,
    close_order,
    draft_order,
    edit_order,
    send_back_order,
    submit_order,
)
from .receipts import (
    ReceiptTerms,
    Terms,
    accept_receipt,
    begin_receipt,
    discard_receipt,
    edit_receipt,
    reject_receipt,
)
from .returns import Sent, return_goods
from .settings import change_buying_rules
from .suppliers import add_supplier, change_supplier

__all__ = [
    "LineTerms",
    "NewLine",
    "ReceiptTerms",
    "Sent",
    "Terms",
    "accept_receipt",
    "add_supplier",
    "approve_order",
    "begin_receipt",
    "cancel_order",
    "change_buying_rules",
    "change_supplier",
    "close_order",
    "discard_receipt",
    "draft_order",
    "edit_order",
    "edit_receipt",
    "reject_receipt",
    "return_goods",
    "send_back_order",
    "submit_order",
]
