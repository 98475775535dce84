"""The authenticator app beside the password, and the codes that stand in for it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events, sealing
from clinic.refusals import Refusal
from staff import one_time_codes
from staff.models import Authenticator, Browser, RecoveryCode, Session, User

from .people import refuse_lifting


@transaction.atomic
def begin_authenticator(*, by: User) -> str:
    """A secret for the app to read; it counts once a code of it was typed. Asked again before that, it is the same."""
    known = Authenticator.objects.select_for_update().filter(user=by).first()
    if known is None:
        secret = one_time_codes.new_secret()
        Authenticator.objects.create(user=by, sealed=sealing.seal(secret))
        return secret
    if known.confirmed_at:
        raise Refusal(_("You have an authenticator app already. Take it away first."))
    return sealing.unseal(known.sealed)


@transaction.atomic
def confirm_authenticator(*, by: User, code: str, keeping: str | None = None) -> list[str] | None:
    """The app and the server agree: from now on signing in asks for it. The recovery codes, said only now; None for a wrong code.

    What was opened without it is ended, but for the session `keeping`.
    """
    known = Authenticator.objects.select_for_update().filter(user=by, confirmed_at=None).first()
    if known is None:
        raise Refusal(_("Begin anew: scan the code with your app first."))
    step = one_time_codes.step_of(sealing.unseal(known.sealed), code, timezone.now().timestamp())
    if step is None:
        return None
    known.confirmed_at, known.last_step = timezone.now(), step
    known.save(update_fields=["confirmed_at", "last_step"])
    Session.objects.filter(user=by).exclude(session_key=keeping).delete()
    Browser.objects.filter(user=by).delete()
    events.record("person.second_factor_set", subject=by, by=by)
    return _new_codes(by)


@transaction.atomic
def renew_recovery_codes(*, by: User) -> list[str]:
    """Ten new ones; those before serve no longer."""
    if not Authenticator.objects.filter(user=by, confirmed_at__isnull=False).exists():
        raise Refusal(_("Recovery codes stand in for an authenticator app; you have none."))
    events.record("person.recovery_codes_renewed", subject=by, by=by)
    return _new_codes(by)


def _new_codes(person: User) -> list[str]:
    RecoveryCode.objects.filter(user=person).delete()
    codes = one_time_codes.new_recovery_codes()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=person, code_hash=RecoveryCode.hash_of(person, code)) for code in codes]
    )
    return codes


@transaction.atomic
def use_code(*, by: User, code: str) -> bool:
    """Whether this is a code of the person's app or a recovery code; either serves once.

    The step is taken by the UPDATE itself: of two who send the same code at the same moment one is refused.
    """
    known = Authenticator.objects.filter(user=by, confirmed_at__isnull=False).first()
    if known is None:
        return False
    step = one_time_codes.step_of(sealing.unseal(known.sealed), code, timezone.now().timestamp())
    if step is not None:
        newer = Authenticator.objects.filter(pk=known.pk, last_step__lt=step)
        return bool(newer.update(last_step=step))
    unused = RecoveryCode.objects.filter(user=by, code_hash=RecoveryCode.hash_of(by, code), used_at=None)
    if not unused.update(used_at=timezone.now()):
        return False
    events.record("person.recovery_code_used", subject=by, by=by)
    return True


@transaction.atomic
def remove_authenticator(*, by: User) -> None:
    if by.needs_second_factor:
        raise Refusal(_("One of your roles asks for a second factor; it can't be taken away."))
    if _forget(by):
        events.record("person.second_factor_removed", subject=by, by=by)


@transaction.atomic
def reset_second_factor(*, by: User, person: User) -> None:
    """The phone is lost: the person signs in with the password alone and, if a role asks for it, sets up another app.

    Whoever is signed in as them is signed out.
    """
    if by.pk == person.pk:
        raise Refusal(_("Your own authenticator is reset by another administrator."))
    refuse_lifting(by=by, person=person)
    _forget(person)
    Session.objects.filter(user=person).delete()
    events.record("person.second_factor_reset", subject=person, by=by)


def _forget(person: User) -> bool:
    known, _each = Authenticator.objects.filter(user=person).delete()
    RecoveryCode.objects.filter(user=person).delete()
    Browser.objects.filter(user=person).delete()
    return bool(known)


@transaction.atomic
def reseal_authenticators(*, by: User | None) -> int:
    """Seal every secret with the newest key, as many as people have apps; returns how many. May be repeated."""
    known = list(Authenticator.objects.select_for_update(no_key=True).order_by("pk"))
    for each in known:
        each.sealed = sealing.reseal(each.sealed)
        each.save(update_fields=["sealed"])
    return len(known)
