"""Sessions and browsers that people opened: ended by themselves or an administrator; and what an organisation decides."""

from datetime import timedelta
from typing import Any

from axes.utils import reset
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Least
from django.utils import timezone

from clinic import events, versions
from staff.models import Browser, RoleHeld, Session, SignInRules, User

from .people import refuse_lifting


@transaction.atomic
def know_browser(*, by: User, token: str, before: str, agent: str) -> Browser:
    """Somebody signed in fully here: from now on a PIN serves for as long as the rules say.

    The cookie changes each time, for all who share the browser: one that somebody planted or copied is worth nothing then.
    """
    if before:
        Browser.objects.filter(token_hash=Browser.hash_of(before)).update(token_hash=Browser.hash_of(token))
    browser, _new = Browser.objects.update_or_create(
        user=by, token_hash=Browser.hash_of(token),
        defaults={"agent": agent[:200], "signed_in_at": timezone.now(), "wrong_pins": 0},
    )  # fmt: skip
    return browser


@transaction.atomic
def end_session(*, by: User, session: Session) -> None:
    session.delete()
    events.record("person.session_ended", subject=session.user or by, by=by)


@transaction.atomic
def end_sessions(*, by: User, person: User, keeping: str | None = None) -> int:
    """Sign somebody out everywhere, but for the session `keeping`; browsers are forgotten too."""
    if by.pk != person.pk:
        refuse_lifting(by=by, person=person)
    ended = Session.objects.filter(user=person).exclude(session_key=keeping).delete()[0]
    left = Session.objects.filter(user=person, browser__isnull=False)
    Browser.objects.filter(user=person).exclude(pk__in=left.values("browser_id")).delete()
    if ended:
        events.record("person.sessions_ended", subject=person, by=by, count=ended)
    return ended


@transaction.atomic
def make_room(*, by: User) -> None:
    """One more session is about to begin: the one that was left alone longest ends where there would be too many."""
    kept = Session.objects.filter(user=by).order_by("-seen_at")[: settings.SESSIONS_AT_ONCE - 1]
    ended, _each = Session.objects.filter(user=by).exclude(pk__in=kept.values("pk")).delete()
    if ended:
        events.record("person.sessions_ended", subject=by, by=by, count=ended)


@transaction.atomic
def forget_browser(*, by: User, browser: Browser) -> None:
    """What is open there is ended, and a PIN serves no longer."""
    Session.objects.filter(browser=browser).delete()
    browser.delete()
    events.record("person.browser_forgotten", subject=by, by=by)


@transaction.atomic
def unlock(*, by: User, person: User) -> None:
    """Let somebody try again before the five minutes are over."""
    reset(username=person.username.lower())
    events.record("person.unlocked", subject=person, by=by)


@transaction.atomic
def change_sign_in_rules(*, by: User, rules: SignInRules, version: int, **values: Any) -> SignInRules:
    for name, value in values.items():
        setattr(rules, name, value)
    rules.full_clean()
    if rules._state.adding:
        rules.save()
    else:
        versions.save(rules, fields=list(values), version=version)
    _shorten(rules)
    events.record("organisation.sign_in_rules_changed", subject=rules.organisation, by=by)
    return rules


def _shorten(rules: SignInRules) -> None:
    """Whoever is signed in is held to shorter times at their next request; longer ones count from the next sign-in on."""
    held = RoleHeld.objects.filter(Q(branch=None) | Q(branch__organisation=rules.organisation_id))
    Session.objects.filter(user__in=held.values("user_id")).update(
        idle_minutes=Least(F("idle_minutes"), Value(rules.idle_minutes)),
        expire_date=Least(F("expire_date"), F("begun_at") + timedelta(hours=rules.longest_hours)),
    )
