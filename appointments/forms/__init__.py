"""What people may type about visits, by concept: times, the booking, the visit itself."""

from .booking import BookingForm
from .times import FIRST_DAY, LAST_DAY, MoveForm, TimeForm, calendar_day
from .visit import CancelForm, NoteForm

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "BookingForm",
    "CancelForm",
    "MoveForm",
    "NoteForm",
    "TimeForm",
    "calendar_day",
]
