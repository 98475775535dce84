"""Who treats at a branch, whether they are available now, the hours of every week and of single days, own fees."""

import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events, locks, versions
from clinic.models import Branch, Resource
from clinic.permissions import Permission
from clinic.refusals import Refusal, Stale
from staff import shifts as hours_of_a_day
from staff.models import DayHours, Fee, Practitioner, Shift, User, WeeklyHours


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


def require_may_administer(*, by: User, branch: Branch) -> None:
    """Hours of every week and fees are the house's to say: who administers people at that branch."""
    if Permission.STAFF_CONFIGURE not in by.granted_at(branch):
        raise Refusal(_("Only who administers people at that branch changes this."))


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


@transaction.atomic
def set_weekly_hours(
    *, by: User, practitioner: Practitioner, valid_from: datetime.date, shifts: list[WeeklyHours]
) -> list[WeeklyHours]:
    """The shifts of every week from a day on, in place of all that were known for then; the days before keep theirs.

    Takes unsaved rows; their practitioner and first day are set here. What stays as it is keeps its row.
    """
    branch = practitioner.resource.branch
    require_may_administer(by=by, branch=branch)
    if valid_from < timezone.localdate(timezone=branch.zone):
        raise Refusal(_("Hours change from today on, or later."), field="valid_from")
    locks.lock_row(Practitioner, practitioner.pk)
    locks.lock_resources([practitioner.resource_id])
    for shift in shifts:
        shift.practitioner, shift.valid_from, shift.valid_to = practitioner, valid_from, None
        _check(shift)
    if wrong := hours_of_a_day.why_not(shifts):
        raise Refusal(wrong)
    for shift in _end_others(practitioner, valid_from, shifts):
        shift.save(force_insert=True)
    events.record(
        "practitioner.weekly_hours_set", subject=practitioner, by=by, branch_id=branch.pk, day=str(valid_from)
    )
    return shifts


def _check(row: WeeklyHours | Fee) -> None:
    try:
        row.full_clean()
    except ValidationError as problem:
        raise Refusal(" ".join(problem.messages)) from None


def _end_others(
    practitioner: Practitioner, valid_from: datetime.date, shifts: list[WeeklyHours]
) -> list[WeeklyHours]:
    """End the day before whatever isn't among `shifts`; those of them that are not there yet."""
    wanted = {_hours(shift): shift for shift in shifts}
    not_over = models.Q(valid_to=None) | models.Q(valid_to__gte=valid_from)
    for row in practitioner.weekly_hours.filter(not_over):
        has_begun = row.valid_from is None or row.valid_from < valid_from
        lasts = row.valid_to is None and (has_begun or row.valid_from == valid_from)
        if lasts and _hours(row) in wanted:
            del wanted[_hours(row)]
            continue
        if has_begun:
            row.valid_to = valid_from - datetime.timedelta(days=1)
            row.save(update_fields=["valid_to"])
        else:
            row.delete()
    return list(wanted.values())


def _hours(shift: WeeklyHours) -> tuple[Any, ...]:
    return tuple(getattr(shift, name) for name in ("weekday", *Shift.FIELDS))


@transaction.atomic
def set_fee(
    *, by: User, practitioner: Practitioner, kind: str, amount: Decimal | None, valid_from: datetime.date
) -> Fee | None:
    """What seeing somebody costs from a day on; without an amount the house's fee counts again from then.

    Days that have passed stay as they were charged.
    """
    branch = practitioner.resource.branch
    require_may_administer(by=by, branch=branch)
    if valid_from < timezone.localdate(timezone=branch.zone):
        raise Refusal(_("A fee begins today or later."), field="valid_from")
    locks.lock_row(Practitioner, practitioner.pk)
    known = Fee.objects.filter(practitioner=practitioner, branch=branch, kind=kind, is_active=True)
    fee = None if amount is None else _fee_from(known, valid_from, practitioner, kind, amount)
    if fee is None:
        _end_fees(known, valid_from)
    events.record(
        "practitioner.fee_set", subject=practitioner, by=by, branch_id=branch.pk, day=str(valid_from)
    )
    return fee


def _fee_from(
    known: models.QuerySet[Fee],
    valid_from: datetime.date,
    practitioner: Practitioner,
    kind: str,
    amount: Decimal,
) -> Fee:
    """The row of that start, made or changed; one that is planned for later still takes over then."""
    fee = known.filter(valid_from=valid_from).first()
    branch_id = practitioner.resource.branch_id
    fee = fee or Fee(branch_id=branch_id, practitioner=practitioner, kind=kind, valid_from=valid_from)
    fee.amount, fee.valid_to = amount, None
    _check(fee)
    if fee._state.adding:
        fee.save(force_insert=True)
    else:
        versions.save(fee, fields=["amount", "valid_to"], version=fee.version)
    return fee


def _end_fees(known: models.QuerySet[Fee], valid_from: datetime.date) -> None:
    for fee in known.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=valid_from)):
        if fee.valid_from < valid_from:
            fee.valid_to = valid_from - datetime.timedelta(days=1)
        else:
            fee.is_active = False
        versions.save(fee, fields=["valid_to", "is_active"], version=fee.version)
