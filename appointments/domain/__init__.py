"""The verbs of a visit, by concept: its place in the calendar, its booking, its life.

Locks, always in this order: customer, the appointment's row, enrolment (in `packages`), resources, batches (in
`inventory`), counters last.
"""

from .absences import (
    MOST_AT_ONCE,
    Settled,
    Settling,
    mark_off,
    pass_lock,
    set_day_hours,
    set_weekly_hours,
    settle,
    withdraw_time_off,
)
from .booking import Part, SeriesDate, book, book_series, book_visit
from .charges import waive
from .exports import note_export
from .follow_ups import drop_follow_up, plan_follow_up
from .life import cancel, check_in, complete, confirm, mark_no_show, reinstate, start, undo_check_in
from .moving import reschedule, reschedule_visit
from .notes import WriteUp, write_up
from .offers import accept, decline, expire, offer, offer_freed
from .queue import call, enter_queue, prioritise, recall, rejoin, renew_display, skip
from .settings import change_booking_rules
from .waitlist import change_wish, join_waitlist, request, schedule, waitlist

__all__ = [
    "MOST_AT_ONCE",
    "Part",
    "SeriesDate",
    "Settled",
    "Settling",
    "WriteUp",
    "accept",
    "book",
    "book_series",
    "book_visit",
    "call",
    "cancel",
    "change_booking_rules",
    "change_wish",
    "check_in",
    "complete",
    "confirm",
    "decline",
    "drop_follow_up",
    "enter_queue",
    "expire",
    "join_waitlist",
    "mark_no_show",
    "mark_off",
    "note_export",
    "offer",
    "offer_freed",
    "pass_lock",
    "plan_follow_up",
    "prioritise",
    "recall",
    "reinstate",
    "rejoin",
    "renew_display",
    "request",
    "reschedule",
    "reschedule_visit",
    "schedule",
    "set_day_hours",
    "set_weekly_hours",
    "settle",
    "skip",
    "start",
    "undo_check_in",
    "waitlist",
    "waive",
    "withdraw_time_off",
    "write_up",
]
