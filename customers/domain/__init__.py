"""The verbs on customers, and what upper apps tell about them."""

from .people import change, deactivate, know_at, note_export, note_standing, reactivate, register
from .taking_in import take_in

__all__ = [
    "change", "deactivate", "know_at", "note_export", "note_standing", "reactivate", "register", "take_in",
]  # fmt: skip
