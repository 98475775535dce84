"""The verbs of billing. Locks: customer, invoice, enrolment, batches by id, number series last."""

from .collecting import NewPayment, collect
from .drafting import BillTerms, LineTerms, add_line, change_line, discard, draft, edit, remove_line
from .drawing import close_drawer, move_cash, open_drawer, verify_drawer
from .exporting import note_export
from .issuing import issue

__all__ = [
    "BillTerms",
    "LineTerms",
    "NewPayment",
    "add_line",
    "change_line",
    "close_drawer",
    "collect",
    "discard",
    "draft",
    "edit",
    "issue",
    "move_cash",
    "note_export",
    "open_drawer",
    "remove_line",
    "verify_drawer",
]
