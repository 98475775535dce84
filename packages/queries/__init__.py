"""Reads, by concept: enrolments with their sessions, and what decides about giving a treatment."""

from .enrolments import (
    SORTS,
    Card,
    Figures,
    bookable_sessions,
    card,
    due_sessions,
    figures,
    miscounted_enrolments,
    narrowed,
    next_session,
    of_customers,
    with_cards,
    wrong_standings,
)
from .treatments import Readiness, Why, performers_of, readiness, unmet

__all__ = [
    "SORTS",
    "Card",
    "Figures",
    "Readiness",
    "Why",
    "bookable_sessions",
    "card",
    "due_sessions",
    "figures",
    "miscounted_enrolments",
    "narrowed",
    "next_session",
    "of_customers",
    "performers_of",
    "readiness",
    "unmet",
    "with_cards",
    "wrong_standings",
]
