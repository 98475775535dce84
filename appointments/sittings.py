"""Shifts that are given out by serial numbers or as an open queue: the visits share the practitioner.

The sitting holds its practitioner once for each slot in which somebody comes; rooms and devices are held by each visit.
Everything here runs under the lock of the practitioner's resource; the sitting's row is locked after that.
"""

from appointments.asks import Ask, Batch
from appointments.availability import Diary
from appointments.models import Appointment
from staff.models import Shift


def shift_of(ask: Ask, diary: Diary) -> Shift | None:
    """The shift by serial or queue in which the wish falls; None where visits have a time of their own."""
    return None


def settle(ask: Ask, shift: Shift, diary: Diary, batch: Batch) -> None:
    raise NotImplementedError


def hold(ask: Ask) -> None:
    """Hold the practitioner for the slots of a visit, where the sitting doesn't yet."""


def leave(appointment: Appointment) -> None:
    """Let the practitioner go from the slots in which nobody comes any more."""


def note_wish(ask: Ask) -> None:
    """Who came after the cap waits for a time on that day."""
