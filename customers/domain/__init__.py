"""The verbs on customers, and what upper apps tell about them."""

from .merging import check_merge, merge, undo_merge
from .people import change, deactivate, know_at, note_export, note_standing, reactivate, register

__all__ = [
    "change", "check_merge", "deactivate", "know_at", "merge", "note_export", "note_standing", "reactivate",
    "register", "undo_merge",
]  # fmt: skip
