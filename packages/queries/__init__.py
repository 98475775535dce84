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
from .menu import SORTS as MENU_SORTS
from .menu import Offer, menu, offer
from .plans import editions, labelled, plans
from .sales import Quote, quote
from .treatments import Readiness, Why, performers_of, readiness, unmet, wanted_treatments

__all__ = [
    "MENU_SORTS",
    "SORTS",
    "Card",
    "Figures",
    "Offer",
    "Quote",
    "Readiness",
    "Why",
    "bookable_sessions",
    "card",
    "due_sessions",
    "editions",
    "figures",
    "labelled",
    "menu",
    "miscounted_enrolments",
    "narrowed",
    "next_session",
    "of_customers",
    "offer",
    "performers_of",
    "plans",
    "quote",
    "readiness",
    "unmet",
    "wanted_treatments",
    "with_cards",
    "wrong_standings",
]
