"""Who treats at a branch, whether they are available now, and the hours of single days."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events, locks, versions
from clinic.models import Branch, Resource
from clinic.permissions import Permission
from clinic.refusals import Refusal, Stale
from staff import shifts as hours_of_a_day
from staff.models import DayHours, Practitioner, User, WeeklyHours


@transaction.atomic
def add_practitioner(
    *, by: User | None, person: User, branch: Branch, title: str = "", speciality: str = "", name: str = "",
    registration_number: str = "",
) -> Practitioner:  # fmt: skip
    """Let a person treat at a branch, during the branch's opening hours until somebody sets others."""
    resource = Resource.objects.create(
        branch=branch, kind=Resource.Kind.PRACTITIONER, name=name or f"{title} {person.full_name}".strip()
    )
    practitioner = Practitioner.objects.create(
        user=person,
        resource=resource,
        title=title,
        speciality=speciality,
        registration_number=registration_number,
    )
    WeeklyHours.objects.bulk_create(
        WeeklyHours(
            practitioner=practitioner,
            weekday=hours.weekday,
            starts=hours.opens,
            ends=hours.closes,
            break_starts=hours.break_starts,
            break_ends=hours.break_ends,
        )
        for hours in branch.hours.all()
    )
    events.record("practitioner.added", subject=practitioner, by=by, branch_id=branch.pk)
    return practitioner


@transaction.atomic
def change_practitioner(*, by: User, practitioner: Practitioner, name: str, is_active: bool) -> Resource:
    """The name on the calendar (empty: title and full name) and whether new bookings are taken; history is kept."""
    locks.lock_resources([practitioner.resource_id])
    resource = Resource.objects.select_for_update().get(pk=practitioner.resource_id)
    resource.name = name or f"{practitioner.title} {practitioner.user.full_name}".strip()
    resource.is_active = is_active
    versions.save(resource, fields=["name", "is_active"], version=resource.version)
    return resource


def require_may_manage(*, by: User, person: User) -> None:
    """Refuse who may not say when somebody works (`User.may_manage`)."""
    if by.may_manage(person):
        return
    raise Refusal(
        _("You can change your own availability; for %(name)s ask them, or an administrator.")
        % {"name": person.full_name}
        if by.may(Permission.AVAILABILITY_MANAGE)
        else _("You may not change who is available; ask the practitioner or an administrator.")
    )


@transaction.atomic
def switch_available(
    *, by: User, practitioner: Practitioner, is_available: bool, version: int
) -> Practitioner:
    """Whether walk-ins are taken and people called in now; bookings stay. Switched already: nothing happens."""
    require_may_manage(by=by, person=practitioner.user)
    locks.lock_row(Practitioner, practitioner.pk)
    now = Practitioner.objects.select_related("resource", "user").get(pk=practitioner.pk)
    if now.is_available == is_available:
        return now
    if now.version != version:
        raise Stale(
            _("Somebody else changed %(name)s while you had this page open. Look again.") % {"name": now}
        )
    now.is_available = is_available
    versions.save(now, fields=["is_available"], version=version)
    events.record(
        "practitioner.switched",
        subject=now,
        by=by,
        branch_id=now.resource.branch_id,
        is_available=is_available,
    )
    return now


@transaction.atomic
def set_day_hours(
    *, by: User, practitioner: Practitioner, day: datetime.date, shifts: list[DayHours]
) -> list[DayHours]:
    """The shifts of one date in place of that weekday's; none: that day is as every week again.

    Takes unsaved rows; their practitioner and day are set here. Refuses shifts that overlap or make no sense.
    """
    require_may_manage(by=by, person=practitioner.user)
    locks.lock_row(Practitioner, practitioner.pk)
    locks.lock_resources([practitioner.resource_id])
    for shift in shifts:
        shift.practitioner, shift.day = practitioner, day
        try:
            shift.full_clean()
        except ValidationError as problem:
            raise Refusal(" ".join(problem.messages)) from None
    if wrong := hours_of_a_day.why_not(shifts):
        raise Refusal(wrong)
    DayHours.objects.filter(practitioner=practitioner, day=day).delete()
    for shift in shifts:
        shift.save(force_insert=True)
    events.record(
        "practitioner.day_hours_set",
        subject=practitioner,
        by=by,
        branch_id=practitioner.resource.branch_id,
        day=str(day),
    )
    return shifts
