"""The calendar's tables, one module per concept."""

from .appointment import Appointment, AppointmentQuerySet, Hold, NumberYear, StatusChange
from .notes import ConsultationNote, FollowUp, FreeFollowUp, ParameterValue
from .queue import QueueDay, QueueEntry, Sitting
from .rules import BookingRules, Charge, VisitPolicy
from .waitlist import Offer, Wish

__all__ = [
    "Appointment",
    "AppointmentQuerySet",
    "BookingRules",
    "Charge",
    "ConsultationNote",
    "FollowUp",
    "FreeFollowUp",
    "Hold",
    "NumberYear",
    "Offer",
    "ParameterValue",
    "QueueDay",
    "QueueEntry",
    "Sitting",
    "StatusChange",
    "VisitPolicy",
    "Wish",
]
