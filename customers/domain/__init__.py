"""The verbs on customers, and what upper apps tell about them."""

from .people import change, deactivate, know_at, note_export, note_standing, reactivate, register

__all__ = ["change", "deactivate", "know_at", "note_export", "note_standing", "reactivate", "register"]
