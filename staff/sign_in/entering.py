"""What a session says of how somebody came in, and the cookie by which their browser is known again."""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from clinic.client_address import client_address
from staff import domain
from staff.confirming import CONFIRMED
from staff.models import Authenticator, Browser, SetPasswordLink, SignInRules, User
from staff.sign_in.sessions import TOLD

BACKEND = "staff.backends.EmailOrUsername"
SECOND_FACTOR = "second_factor"  # in the session: whether one was given
PENDING = "password_given"  # in the session of nobody: who has given a password and still owes a code
CODE_WITHIN = timedelta(minutes=10)
COOKIE = "__Host-browser" if settings.BEHIND_TLS else "clinic-browser"
COOKIE_AGE = 180 * 24 * 3600


def stamp(request: HttpRequest, user: User) -> None:
    """On every sign-in, whoever brings it about: from where, until when, and that it was confirmed just now."""
    rules = SignInRules.of(user)
    request.session.set_expiry(timezone.now() + timedelta(hours=rules.longest_hours))
    agent = request.headers.get("User-Agent", "")[:200].replace("\0", "")
    request.session[TOLD] = {
        "ip": client_address(request), "agent": agent, "idle_minutes": rules.idle_minutes
    }  # fmt: skip
    request.session[CONFIRMED] = timezone.now().timestamp()
    request.session["pins"] = rules.allows_pin  # the menu asks


def enter(request: HttpRequest, user: User, *, second_factor: bool) -> None:
    """Signed in fully: in a session of its own, whoever was signed in here before."""
    _begin(request, user)
    request.session[SECOND_FACTOR] = second_factor
    remember(request, user)


def remember(request: HttpRequest, user: User) -> None:
    """Know this browser again, by a new cookie."""
    told, token = request.session[TOLD], secrets.token_urlsafe(32)
    browser = domain.know_browser(by=user, token=token, before=cookie(request), agent=told["agent"])
    request.session[TOLD] = told | {"browser": str(browser.pk)}
    request.__dict__["browser_token"] = token


def enter_by_pin(request: HttpRequest, browser: Browser) -> None:
    """At a desk where the person signed in fully before, with a second factor if they have one. Nothing is confirmed by it."""
    at = request.session.get("branch")
    _begin(request, browser.user)
    request.session[SECOND_FACTOR] = has_authenticator(browser.user)
    request.session[TOLD] = request.session[TOLD] | {"browser": str(browser.pk), "by_pin": True}
    del request.session[CONFIRMED]
    if at:
        request.session["branch"] = at


def _begin(request: HttpRequest, user: User) -> None:
    if request.user.is_authenticated:
        domain.note_sign_out(by=request.user)
        logout(request)
    request.session.pop(PENDING, None)
    domain.make_room(by=user)
    login(request, user, backend=BACKEND)
    domain.note_sign_in(by=user)


def known_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With the cookie, if somebody signed in fully just now."""
    token = request.__dict__.get("browser_token")
    if token:
        response.set_cookie(
            COOKIE, token, max_age=COOKIE_AGE, secure=settings.BEHIND_TLS, httponly=True, samesite="Lax"
        )
    return response


def cookie(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")[:100]


def desk(request: HttpRequest) -> list[Browser]:
    """Who may change over with a PIN in this browser, by name."""
    known = Browser.objects.known_by(cookie(request)).filter(user__pin__isnull=False)
    people = list(known.select_related("user").order_by("user__full_name"))
    return [
        each
        for each in people
        if Browser.objects.serving(SignInRules.of(each.user)).filter(pk=each.pk).exists()
    ]


def link_of(key: str) -> SetPasswordLink | None:
    return SetPasswordLink.objects.of(key).select_related("user").first()


def has_authenticator(user: User) -> bool:
    return Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists()


def owe_code(request: HttpRequest, user: User) -> None:
    """The password was right; the session stays nobody's, under a new key, until the code is too."""
    if request.user.is_authenticated:
        domain.note_sign_out(by=request.user)
        logout(request)
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": str(user.pk), "at": timezone.now().timestamp(), "password": user.get_session_auth_hash()
    }  # fmt: skip


def owing(request: HttpRequest) -> User | None:
    """Who has given a password here within ten minutes, if it is still theirs."""
    kept: dict[str, Any] = request.session.get(PENDING) or {}
    user = User.objects.filter(pk=kept.get("user"), is_active=True).first() if kept else None
    if user is None or kept["password"] != user.get_session_auth_hash():
        return None
    return user if timezone.now().timestamp() - kept["at"] < CODE_WITHIN.total_seconds() else None


def leads_to(request: HttpRequest) -> str:
    """Where to go on, if it is a page of ours; else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Without a slash in front it would be looked up as the name of a view.
    return wanted if allowed and wanted.startswith("/") else str(settings.LOGIN_REDIRECT_URL)


def with_next(name: str, request: HttpRequest) -> str:
    wanted = leads_to(request)
    return reverse(name) + ("" if wanted == "/" else f"?{urlencode({'next': wanted})}")
