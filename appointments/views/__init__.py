"""One function per URL, by concept: the day, the booking, the visit."""

from .board import board
from .booking import book
from .charges import waive
from .follow_ups import drop_follow_up, follow_ups
from .life import cancel, check_in, confirm, mark_no_show, reinstate, start, undo_check_in
from .moving import reschedule
from .notes import complete, note
from .queue import (
    call,
    call_next,
    display,
    enter_queue,
    prioritise,
    queue,
    queue_slip,
    recall,
    rejoin,
    renew_display,
    skip,
)
from .schedule import export, schedule
from .series import series
from .slip import slip
from .visit import detail, of_customer, open_of_customer

__all__ = [
    "board",
    "book",
    "call",
    "call_next",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "detail",
    "display",
    "drop_follow_up",
    "enter_queue",
    "export",
    "follow_ups",
    "mark_no_show",
    "note",
    "of_customer",
    "open_of_customer",
    "prioritise",
    "queue",
    "queue_slip",
    "recall",
    "reinstate",
    "rejoin",
    "renew_display",
    "reschedule",
    "schedule",
    "series",
    "skip",
    "slip",
    "start",
    "undo_check_in",
    "waive",
]
