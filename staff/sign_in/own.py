"""What one's own account page tells."""

from datetime import timedelta
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.utils import timezone

from clinic import sealing
from staff.models import Authenticator, Browser, Pin, RecoveryCode, Session, SignInRules, User


def account(person: User, session_key: str | None) -> dict[str, Any]:
    authenticator = Authenticator.objects.filter(user=person, confirmed_at__isnull=False).first()
    codes = RecoveryCode.objects.filter(user=person, used_at=None).count() if authenticator else 0
    sessions = list(open_sessions(person).select_related("browser"))
    for session in sessions:
        session.__dict__["is_here"] = session.session_key == session_key
    return {
        "authenticator": authenticator,
        "codes": codes,
        "sessions": sessions,
        "browsers": list(Browser.objects.filter(user=person)),
        "pin": Pin.objects.filter(user=person).first(),
        "rules": SignInRules.of(person),
    }


def open_sessions(person: User) -> Any:
    """Those that still open something: not over, nor left alone for too long."""
    now = timezone.now()
    longest = ExpressionWrapper(F("idle_minutes") * Value(timedelta(minutes=1)), output_field=DurationField())
    return Session.objects.filter(user=person, expire_date__gt=now, seen_at__gt=now - longest)


def pending_secret(person: User) -> str:
    """Of an app that is being set up; empty where none is."""
    pending = Authenticator.objects.filter(user=person, confirmed_at=None).first()
    return sealing.unseal(pending.sealed) if pending else ""


def house(person: User) -> str:
    return person.branch.organisation.name if person.branch else "Clinic"
