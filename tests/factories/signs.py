"""What signing in leaves, and the forms about it."""

import re
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from clinic.models import Branch
from staff import domain as staff
from staff import one_time_codes
from staff.models import Browser, Session, SignInRules, User
from tests import factories

PIN = "482913"
CHOSEN = "several quiet horses"


def session(user: User, **columns: Any) -> Session:
    """One that is open somewhere else."""
    key = compat.uuid7().hex
    until = timezone.now() + timezone.timedelta(hours=12)
    return Session.objects.create(session_key=key, session_data="", expire_date=until, user=user, **columns)


def stay(client: Client) -> None:
    """Let a test's clock go on for a day without signing out whoever is left alone meanwhile."""
    Session.objects.filter(session_key=client.session.session_key).update(idle_minutes=720)


def browser(user: User, token: str = "", agent: str = "Firefox") -> Browser:
    return staff.know_browser(by=user, token=token or compat.uuid7().hex, before="", agent=agent)


def allow_pins(at: Branch, **columns: Any) -> SignInRules:
    rules, _new = SignInRules.objects.update_or_create(
        organisation=at.organisation, defaults={"allows_pin": True, **columns}
    )
    return rules


def link_key(user: User, by: User, reason: str = "given") -> str:
    found = re.search(r"key=([\w-]+)", staff.make_link(by=by, person=user, reason=reason))
    assert found
    return found[1]


def authenticator(user: User) -> tuple[str, list[str]]:
    """An app in use: its secret and the recovery codes. The code of two steps ago was the one that set it up."""
    secret = staff.begin_authenticator(by=user)
    codes = staff.confirm_authenticator(by=user, code=code(secret, steps=-1))
    assert codes
    return secret, codes


def code(secret: str, *, steps: int = 0) -> str:
    return one_time_codes.code_at(secret, timezone.now().timestamp() + steps * one_time_codes.STEP)


def one_of_each(user: User, *, name: str) -> dict[str, UUID]:
    return {"login": session(user, agent=name).handle, "browser": browser(user, agent=name).pk}


def forms(at: Branch) -> list[Any]:
    from tests.factories.forms import Form, _form  # which asks this module

    owner, newcomer = User.objects.get(username="owner"), factories.person(at)
    rules = allow_pins(at)
    link = {"key": link_key(newcomer, owner), "password1": CHOSEN, "password2": CHOSEN}
    return [
        _form("sign-in-code", code="123456", next="/", leads_on=True),
        _form("sign-in-pin", person=owner.pk, pin=PIN, leads_on=True),
        _form("password-forgotten", username="meena"),
        Form("password-link", reverse("password-link"), link, leads_on=True),
        _form("confirm-again", confirm_proof=factories.PASSWORD, next="/"),
        _form("language-choose", language="hi"),
        _form("preferences", language="hi", time_zone="Asia/Dubai"),
        _form("authenticator", code="123456"),
        _form("authenticator-begin"),
        _form("authenticator-remove"),
        _form("recovery-codes"),
        _form("pin-set", pin=PIN, again=PIN),
        _form("pin-remove"),
        _form("logins-end"),
        _form("login-end", session(owner).handle),
        _form("browser-forget", browser(owner).pk),
        _form(
            "sign-in-rules", version=rules.version, idle_minutes="30", longest_hours="10", allows_pin="on", pin_hours="8"
        ),
    ]  # fmt: skip
