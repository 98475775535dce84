"""Pages of customers."""

from .data import data, download, erase, hand_out
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
    "data",
    "deactivate",
    "detail",
    "download",
    "erase",
    "export",
    "hand_out",
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
