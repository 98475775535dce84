"""One function per URL, by concept: the day, the booking, the visit."""

from .board import board
from .booking import book
from .charges import waive
from .follow_ups import drop_follow_up, follow_ups
from .life import cancel, check_in, confirm, mark_no_show, reinstate, start, undo_check_in
from .moving import reschedule
from .notes import complete, note
from .schedule import export, schedule
from .series import series
from .slip import slip
from .visit import detail, of_customer, open_of_customer

__all__ = [
    "board",
    "book",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "detail",
    "drop_follow_up",
    "export",
    "follow_ups",
    "mark_no_show",
    "note",
    "of_customer",
    "open_of_customer",
    "reinstate",
    "reschedule",
    "schedule",
    "series",
    "slip",
    "start",
    "undo_check_in",
    "waive",
]
