"""The verbs of a visit, by concept: its place in the calendar, its booking, its life.

Locks, always in this order: customer, the appointment's row, enrolment (in `packages`), resources, batches (in
`inventory`), counters last.
"""

<<<<<<< HEAD
from .booking import (
    Part,
    SeriesDate,
    book,
    book_series,
    book_visit,
)
from .life import (
    cancel,
    check_in,
    complete,
    confirm,
    mark_no_show,
    start,
)
from .moving import (
    reschedule,
    reschedule_visit,
)
from .queue import (
    call,
    enter_queue,
    prioritise,
    recall,
    rejoin,
    renew_display,
    skip,
)

__all__ = [
    "Part",
    "SeriesDate",
=======
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
>>>>>>> leave
    "book",
    "book_series",
    "book_visit",
    "call",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "enter_queue",
    "mark_no_show",
<<<<<<< HEAD
    "prioritise",
    "recall",
    "rejoin",
    "renew_display",
    "reschedule",
    "reschedule_visit",
    "skip",
=======
    "mark_off",
    "reschedule",
    "set_day_hours",
    "settle",
>>>>>>> leave
    "start",
    "withdraw_time_off",
]
