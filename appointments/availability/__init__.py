"""Which times are free, and why another is closed: one engine for shifts with times, serial numbers and open queues.

Reads what is in the database; the arithmetic is in `appointments.slots`, `appointments.days` and
`appointments.serials`.
"""

from appointments.availability.clock import instant, local_day, midnight
from appointments.availability.diary import OFFERS, Diary, Group, PartWish
from appointments.availability.needs import Ignored, resources_for
from appointments.availability.reading import diaries, read, survey
from appointments.availability.rota import SHORTEST_STEP, Away, Rota, rota
from appointments.availability.search import DAYS_AHEAD, Free, Proposal, chain, first_free, series, soonest

__all__ = [
    "DAYS_AHEAD",
    "OFFERS",
    "SHORTEST_STEP",
    "Away",
    "Diary",
    "Free",
    "Group",
    "Ignored",
    "PartWish",
    "Proposal",
    "Rota",
    "chain",
    "diaries",
    "first_free",
    "instant",
    "local_day",
    "midnight",
    "read",
    "resources_for",
    "rota",
    "series",
    "soonest",
    "survey",
]
