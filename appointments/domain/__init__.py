"""The verbs of a visit, by concept: its place in the calendar, its booking, its life.

Locks, always in this order: customer, the appointment's row, enrolment (in `packages`), resources, batches (in
`inventory`), counters last.
"""

from .booking import book, reschedule
from .charges import waive
from .follow_ups import drop_follow_up, plan_follow_up
from .life import cancel, check_in, complete, confirm, mark_no_show, reinstate, start, undo_check_in
from .notes import WriteUp, write_up

__all__ = [
    "WriteUp",
    "book",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "drop_follow_up",
    "mark_no_show",
    "plan_follow_up",
    "reinstate",
    "reschedule",
    "start",
    "undo_check_in",
    "waive",
    "write_up",
]
