"""People who work here: logins, roles with their grants, practitioners with their hours and fees, departments."""

from .departments import Department
from .fees import Fee, FeeQuerySet
from .people import (
    DayHours,
    Grant,
    Practitioner,
    PractitionerQuerySet,
    Role,
    RoleHeld,
    SavedView,
    SavedViewQuerySet,
    Shift,
    TimeOff,
    TimeOffQuerySet,
    User,
    UserManager,
    UserQuerySet,
    WeeklyHours,
)

__all__ = [
    "DayHours",
    "Department",
    "Fee",
    "FeeQuerySet",
    "Grant",
    "Practitioner",
    "PractitionerQuerySet",
    "Role",
    "RoleHeld",
    "SavedView",
    "SavedViewQuerySet",
    "Shift",
    "TimeOff",
    "TimeOffQuerySet",
    "User",
    "UserManager",
    "UserQuerySet",
    "WeeklyHours",
]
