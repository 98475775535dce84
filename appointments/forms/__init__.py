"""What people may type about visits, by concept: times, the booking, the visit itself."""

from .booking import BookingForm
from .moving import MoveForm
from .newcomer import NewcomerForm
from .parts import PartForm
from .times import FIRST_DAY, LAST_DAY, TimeForm, calendar_day
from .visit import CancelForm, NoteForm

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "BookingForm",
    "CancelForm",
    "MoveForm",
    "NewcomerForm",
    "NoteForm",
    "PartForm",
    "TimeForm",
    "calendar_day",
]
