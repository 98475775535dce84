"""The verbs of a visit, by concept: its place in the calendar, its booking, its life.

Locks, always in this order: customer, the appointment's row, enrolment (in `packages`), resources, batches (in
`inventory`), counters last.
"""

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
    "prioritise",
    "recall",
    "rejoin",
    "renew_display",
    "reschedule",
    "reschedule_visit",
    "skip",
    "start",
]
