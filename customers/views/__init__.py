"""Pages of customers."""

from .people import (
    change,
    deactivate,
    detail,
    export,
    known,
    list_,
    options,
    reactivate,
    register,
)

__all__ = ["change", "deactivate", "detail", "export", "known", "list_", "options", "reactivate", "register"]
