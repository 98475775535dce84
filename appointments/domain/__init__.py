"""The verbs of a visit, by concept: its place in the calendar, its booking, its life.

Locks, always in this order: customer, the appointment's row, enrolment (in `packages`), resources, batches (in
`inventory`), counters last.
"""

from .booking import Part, SeriesDate, book, book_series, book_visit
from .life import cancel, check_in, complete, confirm, mark_no_show, start
from .moving import reschedule, reschedule_visit

__all__ = [
    "Part",
    "SeriesDate",
    "book",
    "book_series",
    "book_visit",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "mark_no_show",
    "reschedule",
    "reschedule_visit",
    "start",
]
