"""One function per URL, by concept: the day, the booking, the visit."""

from .board import board
from .booking import book
from .moving import reschedule
from .schedule import export, schedule
from .series import series
from .visit import cancel, check_in, complete, confirm, detail, mark_no_show, of_customer, start

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
    "of_customer",
    "reschedule",
    "schedule",
    "series",
    "start",
]
