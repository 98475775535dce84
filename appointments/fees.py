"""What a visit costs and what it owes, decided when it is booked, called off or missed."""

from appointments.models import Appointment
from staff.models import User


def settle(*, by: User, appointment: Appointment) -> None:
    """Called once by every booking, after the appointment is saved and under its customer's lock."""
