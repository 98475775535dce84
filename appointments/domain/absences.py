"""Closing and opening days of the calendar, under the evening lock; and moving the visits that such a day hits.

The rows are `staff`'s and so are the verbs on them; the hour from which they may no longer change is the calendar's.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.absences import why_locked
from appointments.domain.life import cancel
from appointments.domain.moving import reschedule
from appointments.models import Appointment
from appointments.steps import locked
from clinic import events
from clinic.models import Branch
from clinic.permissions import Permission
from clinic.refusals import Refusal
from staff import domain as staff
from staff.models import DayHours, Practitioner, TimeOff, User, WeeklyHours

MOST_AT_ONCE = 100  # visits settled by one request


@transaction.atomic
def mark_off(
    *,
    by: User,
    branch: Branch,
    person: User,
    first_day: datetime.date,
    last_day: datetime.date,
    part: TimeOff.Part = TimeOff.Part.FULL_DAY,
    reason: str = "",
    override: str = "",
) -> TimeOff:
    """Mark somebody off. `override` is why it must be after the evening lock of `branch`, for who may override it."""
    if last_day < timezone.localdate(timezone=branch.zone):
        raise Refusal(_("Those days have passed."), field="last_day")
    overridden = pass_lock(by=by, branch=branch, day=first_day, override=override)
    time_off = staff.mark_off(
        by=by,
        person=person,
        first_day=first_day,
        last_day=last_day,
        part=part,
        reason=reason,
        comment=overridden,
    )
    if overridden:
        events.record("availability.overridden", subject=time_off, by=by, branch_id=branch.pk)
    return time_off


@transaction.atomic
def withdraw_time_off(
    *, by: User, branch: Branch, time_off: TimeOff, reason: str, override: str = ""
) -> TimeOff:
    """The person works then after all; visits that were moved stay where they are."""
    if time_off.last_day < timezone.localdate(timezone=branch.zone):
        raise Refusal(_("Those days have passed."))
    overridden = pass_lock(by=by, branch=branch, day=time_off.first_day, override=override)
    why = f"{reason.strip()} ({overridden})"[:200] if overridden and reason.strip() else reason
    time_off = staff.withdraw_time_off(by=by, time_off=time_off, reason=why)
    if overridden:
        events.record("availability.overridden", subject=time_off, by=by, branch_id=branch.pk)
    return time_off


@transaction.atomic
def set_day_hours(
    *,
    by: User,
    practitioner: Practitioner,
    day: datetime.date,
    shifts: list[DayHours],
    override: str = "",
) -> list[DayHours]:
    """Other hours on one date, or with no shifts those of every week again."""
    branch = practitioner.resource.branch
    if day < timezone.localdate(timezone=branch.zone):
        raise Refusal(_("That day has passed."), field="day")
    overridden = pass_lock(by=by, branch=branch, day=day, override=override)
    shifts = staff.set_day_hours(by=by, practitioner=practitioner, day=day, shifts=shifts)
    if overridden:
        _tell_overridden(practitioner, by, overridden)
    return shifts


@transaction.atomic
def set_weekly_hours(
    *,
    by: User,
    practitioner: Practitioner,
    valid_from: datetime.date,
    shifts: list[WeeklyHours],
    override: str = "",
) -> list[WeeklyHours]:
    """Other hours of every week from a day on; from a day that the evening lock has settled only in an emergency."""
    branch = practitioner.resource.branch
    overridden = pass_lock(by=by, branch=branch, day=valid_from, override=override)
    shifts = staff.set_weekly_hours(by=by, practitioner=practitioner, valid_from=valid_from, shifts=shifts)
    if overridden:
        _tell_overridden(practitioner, by, overridden)
    return shifts


def _tell_overridden(practitioner: Practitioner, by: User, why: str) -> None:
    branch_id = practitioner.resource.branch_id
    events.record("availability.overridden", subject=practitioner, by=by, branch_id=branch_id, why=why)


def pass_lock(*, by: User, branch: Branch, day: datetime.date, override: str) -> str:
    """Why the lock was passed, or nothing where it doesn't hold; refuses who may not, or doesn't say why."""
    settled = why_locked(branch, day)
    if settled is None:
        return ""
    if not by.may(Permission.AVAILABILITY_OVERRIDE):
        raise Refusal(
            f"{settled} {_('In an emergency the owner or an administrator can still change it.')}",
            field="first_day",
        )
    if not override.strip():
        raise Refusal(f"{settled} {_('Say what the emergency is.')}", field="override")
    return override.strip()[:200]


@dataclass(frozen=True)
class Settling:
    """What is to become of one visit: a time with somebody, or with neither of them, that it is called off.

    `version` is that of the visit when its mover looked at it.
    """

    appointment: Appointment
    version: int
    starts_at: datetime.datetime | None = None
    practitioner: Practitioner | None = None


@dataclass(frozen=True)
class Settled:
    """What became of it: the visit as it is now, or why it stands as it did, with other times."""

    appointment: Appointment
    refusal: Refusal | None = None


def settle(*, by: User, settlings: list[Settling], reason: str) -> list[Settled]:
    """Move or call off visits one by one, each in a transaction of its own: a refused one holds nobody up.

    One transaction for all would keep the locks of a hundred customers and of everybody who treats until its end. Sent
    twice, nothing happens twice: a visit that is already as wished is left alone, another version is refused.
    """
    if len(settlings) > MOST_AT_ONCE:
        raise Refusal(
            _("Settle at most %(most)s visits at once; take the others afterwards.") % {"most": MOST_AT_ONCE}
        )
    return [_settle(by, each, reason) for each in settlings]


def _settle(by: User, wish: Settling, reason: str) -> Settled:
    try:
        if _is_so(wish):
            return Settled(wish.appointment)
        if wish.starts_at is None:
            return Settled(_call_off(by, wish, reason))
        return Settled(
            reschedule(
                by=by,
                appointment=wish.appointment,
                starts_at=wish.starts_at,
                practitioner=wish.practitioner,
                reason=reason,
                version=wish.version,
            )
        )
    except Refusal as refusal:
        return Settled(wish.appointment, refusal)


def _is_so(wish: Settling) -> bool:
    visit, who = wish.appointment, wish.practitioner
    if wish.starts_at is None:
        return visit.status == Appointment.Status.CANCELLED
    return visit.starts_at == wish.starts_at and who is not None and visit.practitioner_id == who.pk


@transaction.atomic
def _call_off(by: User, wish: Settling, reason: str) -> Appointment:
    if locked(wish.appointment).version != wish.version:
        raise Refusal(_("Somebody else changed this visit while you had it open. Look at it again."))
    return cancel(by=by, appointment=wish.appointment, reason=reason)
