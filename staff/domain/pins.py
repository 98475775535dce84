"""Changing over at a shared desk by a PIN, in a browser where the person signed in fully not long ago."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from clinic import events, sealing
from clinic.refusals import Refusal
from staff.models import Browser, Pin, SignInRules, User
from staff.models.sign_in import WRONG_PINS


@transaction.atomic
def set_pin(*, by: User, pin: str) -> None:
    if not SignInRules.of(by).allows_pin:
        raise Refusal(_("Changing over with a PIN is switched off at this house."))
    Pin.objects.update_or_create(user=by, defaults={"hashed": make_password(_peppered(by, pin)[0])})
    Browser.objects.filter(user=by).update(wrong_pins=0)
    events.record("person.pin_set", subject=by, by=by)


@transaction.atomic
def remove_pin(*, by: User) -> None:
    if Pin.objects.filter(user=by).delete()[0]:
        events.record("person.pin_removed", subject=by, by=by)


@transaction.atomic
def use_pin(*, by: User, browser: Browser, pin: str) -> bool:
    """Whether the PIN opens a session in this browser. The try is counted before it is looked at, so that many at once
    are no more than five."""
    counted = Browser.objects.filter(pk=browser.pk, wrong_pins__lt=WRONG_PINS)
    if not counted.update(wrong_pins=F("wrong_pins") + 1):
        return False
    known = Pin.objects.filter(user=by).first()
    if known is None or not _fits(known, pin):
        return False
    Browser.objects.filter(pk=browser.pk).update(wrong_pins=0)
    return True


def _fits(known: Pin, pin: str) -> bool:
    """Under the newest key or one before it; then it is kept under the newest from now on."""
    newest, *older = _peppered(known.user, pin)
    if check_password(newest, known.hashed):
        return True
    if not any(check_password(each, known.hashed) for each in older):
        return False
    known.hashed = make_password(newest)
    known.save(update_fields=["hashed"])
    return True


def _peppered(person: User, pin: str) -> list[str]:
    """Six digits are soon guessed by whoever holds the hash; the key to begin with lies outside the database."""
    return sealing.indexes(f"pin {person.pk} {pin}")
