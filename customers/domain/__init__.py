"""The verbs on customers, and what upper apps tell about them."""

from .erasing import check_erase, erase, finish_erasures, hand_out
from .households import join_household, leave_household
from .merging import check_merge, merge, undo_merge
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
from .taking_in import take_in

__all__ = [
    "change",
    "check_erase",
    "check_merge",
    "deactivate",
    "erase",
    "finish_erasures",
    "hand_out",
    "join_household",
    "know_at",
    "leave_household",
    "merge",
    "note_export",
    "note_standing",
    "reactivate",
    "register",
    "show_identity",
    "take_in",
    "undo_merge",
]
