"""Signing in with the e-mail address or the user name, whatever the letter case."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.http import HttpRequest

from clinic import sealing
from staff.models import User


def account_typed(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """What wrong passwords are counted by: the account, however it was typed, else the typed name.

    Otherwise the user name, the e-mail address and every letter case would each have tries of their own.
    """
    typed = (credentials or {}).get("username") or (request.POST.get("username", "") if request else "")
    typed = typed.replace("\0", "").strip().lower()[:254]
    user = _named(typed)
    # What nobody is called may be a password in the wrong field: it is counted without being kept.
    return user.username.lower() if user else sealing.index(f"sign-in {typed}")


def _named(typed: str) -> User | None:
    return User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed)).first() if typed else None


class EmailOrUsername:
    """An unknown account costs as much time as a wrong password, so that neither tells the other apart."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or password is None:
            return None
        user = _named(username.strip())
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
