"""One function per URL, by concept: the day, the booking, the visit."""

from .availability import availability, mark_off, set_day_hours, switch_available, withdraw_time_off
from .board import board
from .booking import book
from .charges import waive
from .follow_ups import drop_follow_up, follow_ups
from .hits import (
    move_off_outage,
    move_off_practitioner,
    move_off_time_off,
    outage_hits,
    practitioner_hits,
    time_off_hits,
)
from .life import cancel, check_in, confirm, mark_no_show, reinstate, start, undo_check_in
from .month import month
from .moving import reschedule
from .notes import complete, note
from .outages import put_back, take_out_of_service
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
from .settings import booking_rules, setup_booking
from .slip import slip
from .visit import detail, of_customer, open_of_customer
from .waitlist import accept, decline, put_on_waitlist, waitlist
from .week import week
from .weekly import set_weekly_hours
from .wishes import change_wish, join_waitlist, offer, schedule_visit

__all__ = [
    "accept",
    "availability",
    "board",
    "book",
    "booking_rules",
    "call",
    "call_next",
    "cancel",
    "change_wish",
    "check_in",
    "complete",
    "confirm",
    "decline",
    "detail",
    "display",
    "drop_follow_up",
    "enter_queue",
    "export",
    "follow_ups",
    "join_waitlist",
    "mark_no_show",
    "mark_off",
    "month",
    "move_off_outage",
    "move_off_practitioner",
    "move_off_time_off",
    "note",
    "of_customer",
    "offer",
    "open_of_customer",
    "outage_hits",
    "practitioner_hits",
    "prioritise",
    "put_back",
    "put_on_waitlist",
    "queue",
    "queue_slip",
    "recall",
    "reinstate",
    "rejoin",
    "renew_display",
    "reschedule",
    "schedule",
    "schedule_visit",
    "series",
    "set_day_hours",
    "set_weekly_hours",
    "setup_booking",
    "skip",
    "slip",
    "start",
    "switch_available",
    "take_out_of_service",
    "time_off_hits",
    "undo_check_in",
    "waitlist",
    "waive",
    "week",
    "withdraw_time_off",
]
