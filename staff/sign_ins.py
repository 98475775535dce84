"""Who signs in, signs out, or fails to, into the audit; and what each session says of its beginning.

Hung on Django's signals, which nothing else here is: sessions are begun and ended by libraries, in places of their own, and
the signals are the one door that all of them pass.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from clinic import sealing
from clinic.audit.notes import note
from clinic.models import AuditRow
from staff.models import User
from staff.sign_in.entering import stamp

TYPED = ("username", "login", "email")  # the names under which a library hands on what was typed


def register() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="staff.sign_ins")
    user_logged_out.connect(_signed_out, dispatch_uid="staff.sign_ins")
    user_login_failed.connect(_failed, dispatch_uid="staff.sign_ins")


def _signed_in(sender: Any, user: User, request: HttpRequest, **more: Any) -> None:
    stamp(request, user)
    note(AuditRow.Action.SIGN_IN, model=User, row=user.pk, by=user.pk)


def _signed_out(sender: Any, user: User | None, **more: Any) -> None:
    if user is not None:
        note(AuditRow.Action.SIGN_OUT, model=User, row=user.pk, by=user.pk)


def _failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any
) -> None:
    """Never the password. A name that nobody has is kept only as a hash under a key of ours: people type passwords into
    the wrong field; equal hashes still show that one name was tried again and again."""
    typed = next((str(credentials[name]) for name in TYPED if credentials.get(name)), "")
    person = User.objects.named(typed)
    if person:
        note(AuditRow.Action.FAILED, model=User, row=person.pk)
    else:
        hashed = sealing.index(f"sign-in {typed.strip().lower()}")
        note(AuditRow.Action.FAILED, model=User, typed=f"hmac:{hashed}")
