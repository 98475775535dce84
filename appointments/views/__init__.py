"""One function per URL, by concept: the day, the booking, the visit."""

from .board import board
from .desk import book
from .month import month
from .moving import reschedule
from .schedule import export, schedule
from .visit import cancel, check_in, complete, confirm, detail, mark_no_show, of_customer, start
from .week import week

__all__ = [
    "board",
    "book",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "detail",
    "export",
    "mark_no_show",
    "month",
    "of_customer",
    "reschedule",
    "schedule",
    "start",
    "week",
]
