"""The verbs of a visit, by concept: its place in the calendar, its booking, its life.

Locks, always in this order: customer, the appointment's row, enrolment (in `packages`), resources, batches (in
`inventory`), counters last.
"""

from .booking import book, reschedule
from .exports import note_export
from .life import cancel, check_in, complete, confirm, mark_no_show, start

__all__ = [
    "book",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "mark_no_show",
    "note_export",
    "reschedule",
    "start",
]
