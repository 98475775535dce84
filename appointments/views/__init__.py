"""One function per URL, by concept: the day, the booking, the visit."""

from .availability import availability, mark_off, set_day_hours, switch_available, withdraw_time_off
from .board import board
from .desk import book
from .hits import (
    move_off_outage,
    move_off_practitioner,
    move_off_time_off,
    outage_hits,
    practitioner_hits,
    time_off_hits,
)
from .moving import reschedule
from .outages import put_back, take_out_of_service
from .schedule import export, schedule
from .visit import cancel, check_in, complete, confirm, detail, mark_no_show, of_customer, start

__all__ = [
    "availability",
    "board",
    "book",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "detail",
    "export",
    "mark_no_show",
    "mark_off",
    "move_off_outage",
    "move_off_practitioner",
    "move_off_time_off",
    "of_customer",
    "outage_hits",
    "practitioner_hits",
    "put_back",
    "reschedule",
    "schedule",
    "set_day_hours",
    "start",
    "switch_available",
    "take_out_of_service",
    "time_off_hits",
    "withdraw_time_off",
]
