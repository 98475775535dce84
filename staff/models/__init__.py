"""People who work here: logins, roles with their grants, practitioners with their hours and fees, departments."""

from .cards import Card
from .departments import Department
from .employees import Employee, Posting, StaffCard, StaffCounter
from .fees import Fee, FeeQuerySet
from .people import (
    DayHours,
    Practitioner,
    PractitionerQuerySet,
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
from .roles import OWN, Grant, Role, RoleHeld

__all__ = [
    "OWN",
    "Card",
    "DayHours",
    "Department",
    "Employee",
    "Fee",
    "FeeQuerySet",
    "Grant",
    "Posting",
    "Practitioner",
    "PractitionerQuerySet",
    "Role",
    "RoleHeld",
    "SavedView",
    "SavedViewQuerySet",
    "Shift",
    "StaffCard",
    "StaffCounter",
    "TimeOff",
    "TimeOffQuerySet",
    "User",
    "UserManager",
    "UserQuerySet",
    "WeeklyHours",
]
