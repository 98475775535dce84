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
from .sign_in import (
    Authenticator,
    Browser,
    PasswordRequest,
    Pin,
    RecoveryCode,
    Session,
    SetPasswordLink,
    SignInRules,
)

__all__ = [
    "OWN",
    "Authenticator",
    "Browser",
    "Card",
    "DayHours",
    "Department",
    "Employee",
    "Fee",
    "FeeQuerySet",
    "Grant",
    "PasswordRequest",
    "Pin",
    "Posting",
    "Practitioner",
    "PractitionerQuerySet",
    "RecoveryCode",
    "Role",
    "RoleHeld",
    "SavedView",
    "SavedViewQuerySet",
    "Session",
    "SetPasswordLink",
    "Shift",
    "SignInRules",
    "StaffCard",
    "StaffCounter",
    "TimeOff",
    "TimeOffQuerySet",
    "User",
    "UserManager",
    "UserQuerySet",
    "WeeklyHours",
]
