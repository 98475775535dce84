"""The verbs on customers, and what upper apps tell about them."""

from .merging import check_merge, merge, undo_merge
from .people import change, deactivate, know_at, note_export, note_standing, reactivate, register
from .taking_in import take_in

__all__ = [
    "change",
    "check_merge",
    "deactivate",
    "know_at",
    "merge",
    "note_export",
    "note_standing",
    "reactivate",
    "register",
    "take_in",
    "undo_merge",
]
