"""Reads, by concept: enrolments with their sessions, and what decides about giving a treatment."""

from .enrolments import (
    SORTS,
    Card,
    Figures,
    bookable_sessions,
    card,
    due_sessions,
    figures,
    narrowed,
    next_session,
    of_customers,
    with_cards,
)
from .liability import (
    Liability,
    consumed,
    difference,
    ledger,
    liability,
    liability_rows,
    session_value,
    worth,
)
from .menu import SORTS as MENU_SORTS
from .menu import Offer, menu, offer
from .pages import EXPORTED, LIABILITY_HEAD, SessionRow, exported, liability_cells, sessions
from .plans import editions, labelled, plans
from .sales import Quote, quote
from .treatments import Readiness, Why, performers_of, readiness, unmet, wanted_treatments

__all__ = [
    "EXPORTED",
    "LIABILITY_HEAD",
    "MENU_SORTS",
    "SORTS",
    "Card",
    "Figures",
    "Liability",
    "Offer",
    "Quote",
    "Readiness",
    "SessionRow",
    "Why",
    "bookable_sessions",
    "card",
    "consumed",
    "difference",
    "due_sessions",
    "editions",
    "exported",
    "figures",
    "labelled",
    "ledger",
    "liability",
    "liability_cells",
    "liability_rows",
    "menu",
    "narrowed",
    "next_session",
    "of_customers",
    "offer",
    "performers_of",
    "plans",
    "quote",
    "readiness",
    "session_value",
    "sessions",
    "unmet",
    "wanted_treatments",
    "with_cards",
    "worth",
]
