"""The verbs of billing. Locks: customer, invoice, enrolment, batches by id, stored value, drawer, number series last."""

from billing.advances import NewAdvance
from billing.takings import NewPayment, NewTip

from .applying import apply
from .collecting import collect
from .correcting import correct_payment, fail_payment
from .drafting import BillTerms, LineTerms, add_line, change_line, discard, draft, edit, remove_line
from .drawing import close_drawer, move_cash, open_drawer, verify_drawer
from .exporting import note_export
from .issuing import issue
from .opening import bring_advances, bring_credit, bring_dues
from .receiving import receive, take
from .refunding import approve_refund, process_refund, reject_refund, request_refund
from .stored import expire_stored_values, redeem_points, sell_gift_card

__all__ = [
    "BillTerms",
    "LineTerms",
    "NewAdvance",
    "NewPayment",
    "NewTip",
    "add_line",
    "apply",
    "approve_refund",
    "bring_advances",
    "bring_credit",
    "bring_dues",
    "change_line",
    "close_drawer",
    "collect",
    "correct_payment",
    "discard",
    "draft",
    "edit",
    "expire_stored_values",
    "fail_payment",
    "issue",
    "move_cash",
    "note_export",
    "open_drawer",
    "process_refund",
    "receive",
    "redeem_points",
    "reject_refund",
    "remove_line",
    "request_refund",
    "sell_gift_card",
    "take",
    "verify_drawer",
]
