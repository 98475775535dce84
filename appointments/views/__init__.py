"""One function per URL, by concept: the day, the booking, the visit."""

from .booking import book, reschedule
from .day import board, schedule
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
from .visit import cancel, check_in, complete, confirm, detail, mark_no_show, of_customer, start

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
    "enter_queue",
    "mark_no_show",
    "of_customer",
    "prioritise",
    "queue",
    "queue_slip",
    "recall",
    "rejoin",
    "renew_display",
    "reschedule",
    "schedule",
    "skip",
    "start",
]
