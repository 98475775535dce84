"""The verbs of billing. Locks: customer, invoice, registration, enrolment, batches by id, number series last."""

from billing.drafts import KEEP
from billing.notes import CreditTerms
from billing.wares import Consultation, Other

from .cancelling import cancel
from .collecting import NewPayment, collect
from .crediting import credit, credit_package, debit, sold_by
from .discounts import allow_discount, ask_discount, decline_discount
from .drafting import BillTerms, LineTerms, add_line, change_line, discard, draft, edit, remove_line
from .drawing import close_drawer, move_cash, open_drawer, verify_drawer
from .estimating import bill_estimate, estimate
from .exporting import note_export
from .issuing import issue
from .period import close_period, open_period
from .rules import RULES, change_billing_rules

__all__ = [
    "KEEP",
    "RULES",
    "BillTerms",
    "Consultation",
    "CreditTerms",
    "LineTerms",
    "NewPayment",
    "Other",
    "add_line",
    "allow_discount",
    "ask_discount",
    "bill_estimate",
    "cancel",
    "change_billing_rules",
    "change_line",
    "close_drawer",
    "close_period",
    "collect",
    "credit",
    "credit_package",
    "debit",
    "decline_discount",
    "discard",
    "draft",
    "edit",
    "estimate",
    "issue",
    "move_cash",
    "note_export",
    "open_drawer",
    "open_period",
    "remove_line",
    "sold_by",
    "verify_drawer",
]
