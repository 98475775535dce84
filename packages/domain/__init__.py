"""The verbs, by concept: enrolments with their sessions, what changes them, and what has to be met before a treatment.

Locks: customer, then enrolment, then its sessions, batches, and the tally that the ledger's trigger keeps.
"""

from .enrolments import check_move, complete_session, enrol, release_session, reserve_session
from .lapsing import lapse, unfreeze_due
from .plans import change_plan, create_plan
from .prices import set_price
from .redeeming import Proof, give_proof, redeem_session, send_code, undo_session
from .requirements import check_treatable, meet
from .taking_over import take_over
from .terms import Exchanged, cancel, exchange, extend, freeze, give_back, note_payment, transfer, unfreeze
from .treatments import change_treatment, create_treatment

__all__ = [
    "Exchanged",
    "Proof",
    "cancel",
    "change_plan",
    "change_treatment",
    "check_move",
    "check_treatable",
    "complete_session",
    "create_plan",
    "create_treatment",
    "enrol",
    "exchange",
    "extend",
    "freeze",
    "give_back",
    "give_proof",
    "lapse",
    "meet",
    "note_payment",
    "redeem_session",
    "release_session",
    "reserve_session",
    "send_code",
    "set_price",
    "take_over",
    "transfer",
    "undo_session",
    "unfreeze",
    "unfreeze_due",
]
