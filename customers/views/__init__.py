"""Pages of customers."""

from .households import household, join_household, leave_household, show_identity
from .lists import export, known, list_, options
from .people import (
    change,
    deactivate,
    detail,
    reactivate,
    register,
)

__all__ = [
    "change",
    "deactivate",
    "detail",
    "export",
    "household",
    "join_household",
    "known",
    "leave_household",
    "list_",
    "options",
    "reactivate",
    "register",
    "show_identity",
]
