"""What people may type about visits, by concept: times, the booking, the visit itself."""

from .booking import BookingForm
from .moving import MoveForm
from .newcomer import NewcomerForm
from .parts import PartForm
from .times import FIRST_DAY, LAST_DAY, TimeForm, calendar_day
from .visit import CancelForm, CheckInForm, LetGoForm, WriteUpForm

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "BookingForm",
    "CancelForm",
    "CheckInForm",
    "LetGoForm",
    "MoveForm",
    "NewcomerForm",
    "PartForm",
    "TimeForm",
    "WriteUpForm",
    "calendar_day",
]
