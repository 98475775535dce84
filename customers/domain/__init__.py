"""The verbs on customers, and what upper apps tell about them."""

from .households import join_household, leave_household
from .people import (
    change,
    deactivate,
    know_at,
    note_export,
    note_standing,
    reactivate,
    register,
    show_identity,
)

__all__ = [
    "change",
    "deactivate",
    "join_household",
    "know_at",
    "leave_household",
    "note_export",
    "note_standing",
    "reactivate",
    "register",
    "show_identity",
]
