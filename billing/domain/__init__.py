"""The verbs of billing. Locks: customer, invoice, enrolment, batches by id, number series last."""

from .collecting import NewPayment, collect
from .drafting import BillTerms, LineTerms, add_line, change_line, discard, draft, edit, remove_line
from .exporting import note_export
from .issuing import issue
from .printing import start_print

__all__ = [
    "BillTerms",
    "LineTerms",
    "NewPayment",
    "add_line",
    "change_line",
    "collect",
    "discard",
    "draft",
    "edit",
    "issue",
    "note_export",
    "remove_line",
    "start_print",
]
