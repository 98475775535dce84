"""Pages of customers."""

from .merging import merge, undo_merge
from .people import (
    change,
    deactivate,
    export,
    known,
    list_,
    options,
    reactivate,
    register,
)
from .profile import detail, history, timeline

__all__ = [
    "change",
    "deactivate",
    "detail",
    "export",
    "history",
    "known",
    "list_",
    "merge",
    "options",
    "reactivate",
    "register",
    "timeline",
    "undo_merge",
]
