"""Pages of customers."""

from .data import data, download, erase, hand_out, past
from .households import household, join_household, leave_household, show_identity
from .lists import export, known, list_, options
from .merging import merge, undo_merge
from .people import (
    change,
    deactivate,
    reactivate,
    register,
)
from .profile import detail, history, timeline

__all__ = [
    "change",
    "data",
    "deactivate",
    "detail",
    "download",
    "erase",
    "export",
    "hand_out",
    "history",
    "household",
    "join_household",
    "known",
    "leave_household",
    "list_",
    "merge",
    "options",
    "past",
    "reactivate",
    "register",
    "show_identity",
    "timeline",
    "undo_merge",
]
