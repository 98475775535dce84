"""Invoices with frozen lines, the notes against them, money in and out, and the papers of all of it."""

from .bulk import BulkRow, BulkRun
from .drawers import CashMovement, Drawer
from .invoices import Invoice, InvoiceQuerySet
from .lines import InvoiceLine, LineBatch
from .notes import Note, NoteBatch, NoteLine
from .online import GatewayEvent, OnlinePayment
from .papers import Estimate, Paper
from .periods import BillingRules, PeriodLock
from .printing import PrintRun
from .receipts import Allocation, Payment, PaymentCorrection, Receipt, Tip
from .refunds import Refund
from .values import StoredValue, StoredValueEntry

__all__ = [
    "Allocation",
    "BillingRules",
    "BulkRow",
    "BulkRun",
    "CashMovement",
    "Drawer",
    "Estimate",
    "GatewayEvent",
    "Invoice",
    "InvoiceLine",
    "InvoiceQuerySet",
    "LineBatch",
    "Note",
    "NoteBatch",
    "NoteLine",
    "OnlinePayment",
    "Paper",
    "Payment",
    "PaymentCorrection",
    "PeriodLock",
    "PrintRun",
    "Receipt",
    "Refund",
    "StoredValue",
    "StoredValueEntry",
    "Tip",
]
