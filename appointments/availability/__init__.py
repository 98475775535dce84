"""Which times are free, and why another is closed: one engine for shifts with times, serial numbers and open queues.

Reads what is in the database; the arithmetic is in `appointments.slots`, `appointments.days` and
`appointments.serials`.
"""

import datetime
from uuid import UUID

from django.utils import timezone

from appointments.availability.clock import instant, local_day, midnight
from appointments.availability.diary import OFFERS, Diary, Group, PartWish
from appointments.availability.needs import resources_for
from appointments.availability.reading import read
from appointments.availability.rota import SHORTEST_STEP, Away, Rota, house_hours, own_hours, rota
from appointments.availability.search import DAYS_AHEAD, Free, Proposal, chain_free, first_free, series
from clinic.models import Branch
from packages.models import Treatment
from staff.models import Practitioner

__all__ = [
    "DAYS_AHEAD",
    "OFFERS",
    "SHORTEST_STEP",
    "Away",
    "Diary",
    "Free",
    "Group",
    "PartWish",
    "Proposal",
    "Rota",
    "chain_free",
    "first_free",
    "free_times",
    "house_hours",
    "instant",
    "local_day",
    "midnight",
    "own_hours",
    "read",
    "resources_for",
    "rota",
    "series",
]


def free_times(
    *, branch: Branch, practitioner: Practitioner, treatment: Treatment, day: datetime.date, minutes: int | None = None,
    ignoring: UUID | None = None, now: datetime.datetime | None = None,
) -> list[datetime.datetime]:  # fmt: skip
    """The free times of one local day, from now on."""
    diary = read(
        branch=branch,
        practitioner=practitioner,
        treatment=treatment,
        minutes=minutes,
        first=day,
        ignoring=ignoring,
    )
    return diary.free_on(day, now or timezone.now())
