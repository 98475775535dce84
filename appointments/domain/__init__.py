"""The verbs of a visit, by concept: its place in the calendar, its booking, its life.

Locks, always in this order: customer, the appointment's row, enrolment (in `packages`), resources, batches (in
`inventory`), counters last.
"""

from .absences import (
    MOST_AT_ONCE,
    Settled,
    Settling,
    mark_off,
    set_day_hours,
    settle,
    withdraw_time_off,
)
from .booking import book, reschedule
from .life import cancel, check_in, complete, confirm, mark_no_show, start

__all__ = [
    "MOST_AT_ONCE",
    "Settled",
    "Settling",
    "book",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "mark_no_show",
    "mark_off",
    "reschedule",
    "set_day_hours",
    "settle",
    "start",
    "withdraw_time_off",
]
