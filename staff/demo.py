"""The people of the demo clinic, and the logins that the sign-in page shows in demo mode."""

from typing import TypedDict

from django.utils.translation import gettext_lazy as _


class DemoLogin(TypedDict):
    who: str
    username: str
    password: str


DEMO_LOGINS: list[DemoLogin] = [
    {"who": _("Owner"), "username": "owner", "password": "demo-owner"},
    {"who": _("Doctor"), "username": "doctor", "password": "demo-doctor"},
    {"who": _("Receptionist"), "username": "receptionist", "password": "demo-desk"},
]
