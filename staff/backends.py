"""Signing in with the e-mail address or the user name, whatever the letter case."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.http import HttpRequest

from staff.models import User


class EmailOrUsername:
    """An unknown account costs as much time as a wrong password, so that neither tells the other apart."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.filter(Q(username__iexact=username) | Q(email__iexact=username)).first()
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
