"""The verbs of billing. Locks: customer, invoice, registration, enrolment, batches by id, stored value, drawer, series last."""

from billing.advances import NewAdvance
from billing.drafts import KEEP
from billing.notes import CreditTerms
from billing.takings import NewPayment, NewTip
from billing.wares import Consultation, Other

from .applying import apply
from .bulk import start_bulk
from .cancelling import cancel
from .collecting import collect
from .correcting import correct_payment, fail_payment
from .crediting import credit, credit_package, debit
from .discounts import allow_discount, ask_discount, decline_discount
from .drafting import BillTerms, LineTerms, add_line, change_line, discard, draft, edit, remove_line, repeat
from .drawing import close_drawer, move_cash, open_drawer, verify_drawer
from .estimating import bill_estimate, estimate
from .exporting import note_export
from .issuing import issue
from .online import OPEN as OPEN_ONLINE
from .online import (
    ask_online,
    note_payment,
    reconcile_online,
    settle_online,
    withdraw_online,
)
from .opening import bring_advances, bring_credit, bring_dues
from .period import close_period, open_period
from .printing import start_print
from .receiving import receive, take
from .refunding import approve_refund, process_refund, reject_refund, request_refund
from .refunding_online import reconcile_refund, refund_by_hand, refund_online
from .rules import RULES, change_billing_rules
from .stored import expire_stored_values, redeem_points, sell_gift_card

__all__ = [
    "KEEP",
    "OPEN_ONLINE",
    "RULES",
    "BillTerms",
    "Consultation",
    "CreditTerms",
    "LineTerms",
    "NewAdvance",
    "NewPayment",
    "NewTip",
    "Other",
    "add_line",
    "allow_discount",
    "apply",
    "approve_refund",
    "ask_discount",
    "ask_online",
    "bill_estimate",
    "bring_advances",
    "bring_credit",
    "bring_dues",
    "cancel",
    "change_billing_rules",
    "change_line",
    "close_drawer",
    "close_period",
    "collect",
    "correct_payment",
    "credit",
    "credit_package",
    "debit",
    "decline_discount",
    "discard",
    "draft",
    "edit",
    "estimate",
    "expire_stored_values",
    "fail_payment",
    "issue",
    "move_cash",
    "note_export",
    "note_payment",
    "open_drawer",
    "open_period",
    "process_refund",
    "receive",
    "reconcile_online",
    "reconcile_refund",
    "redeem_points",
    "refund_by_hand",
    "refund_online",
    "reject_refund",
    "remove_line",
    "repeat",
    "request_refund",
    "sell_gift_card",
    "settle_online",
    "start_bulk",
    "start_print",
    "take",
    "verify_drawer",
    "withdraw_online",
]
