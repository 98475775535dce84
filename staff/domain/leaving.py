"""Switching a login off and on. What is still assigned to the person is told by the apps above (`clinic.registries`)."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events, locks
from clinic.refusals import Refusal
from staff.domain.people import lock_owners, refuse_lifting, require_an_owner
from staff.domain.sessions import end_sessions
from staff.models import User


@transaction.atomic
def deactivate_person(*, by: User, person: User) -> User:
    """No sign-in and no booking from now on; whatever they have open ends at once. Visits that are booked stand."""
    lock_owners(by=by)
    person = _held(by, person)
    if not person.is_active:
        return person
    locks.lock_resources(person.practices.values_list("resource_id", flat=True))
    _switch(person, False)
    require_an_owner(by=by)
    end_sessions(by=by, person=person)
    events.record("person.deactivated", subject=person, by=by, branch_id=by.branch_id)
    return person


@transaction.atomic
def activate_person(*, by: User, person: User) -> User:
    """They may sign in again with what they had; sessions that were ended stay ended."""
    lock_owners(by=by)
    person = _held(by, person)
    if person.is_active:
        return person
    locks.lock_resources(person.practices.values_list("resource_id", flat=True))
    _switch(person, True)
    events.record("person.activated", subject=person, by=by, branch_id=by.branch_id)
    return person


def _held(by: User, person: User) -> User:
    if person.pk == by.pk:
        raise Refusal(_("Nobody switches their own login on or off; ask another administrator."))
    locks.lock_row(User, person.pk)
    person = User.objects.get(pk=person.pk)
    refuse_lifting(by=by, person=person)
    return person


def _switch(person: User, is_active: bool) -> None:
    person.is_active = is_active
    person.version += 1
    person.save(update_fields=["is_active", "version", "updated_at"])
