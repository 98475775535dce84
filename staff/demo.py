"""The people of the demo clinic, and the logins that the sign-in page shows in demo mode."""

from typing import TypedDict

from django.utils.translation import gettext_lazy as _


class DemoLogin(TypedDict):
    who: str
    username: str
    password: str


DEMO_LOGINS: list[DemoLogin] = [
    {"who": _("Owner"), "username": "reena", "password": "demo-owner"},
    {"who": _("Doctor"), "username": "vivek", "password": "demo-doctor"},
    {"who": _("Receptionist"), "username": "meena", "password": "demo-desk"},
]
