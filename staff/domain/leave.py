"""Leave: asked for by the person, decided by somebody else, and only then closing the calendar.

Rows are `TimeOff`, which whoever books reads under the locks of those who treat; approving takes these locks, so that a
booking is either among the visits that the leave hits, or refused. The evening lock is the calendar's, which stands above
this app: it says its word through `clinic.registries` (`add_day_guard`).
"""

import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import events, registries
from clinic.models import Branch, BranchHours, Holiday
from clinic.permissions import Permission
from clinic.refusals import Refusal
from staff.closing import lock_calendar, refuse_overlap
from staff.domain.time_off import LONGEST_TIME_OFF
from staff.models import TimeOff, User

HALF, ONE_DAY = Decimal("0.5"), datetime.timedelta(days=1)


def days_of_leave(
    *, by: User | None, branch: Branch, first_day: datetime.date, last_day: datetime.date, part: str
) -> Decimal:  # fmt: skip
    """Working days between two days, both included: not the branch's closed weekdays and holidays; of a half day, half."""
    if last_day < first_day:
        return Decimal(0)
    open_on = set(BranchHours.objects.filter(branch=branch).values_list("weekday", flat=True))
    closed = set(
        Holiday.objects.filter(branch=branch, day__range=(first_day, last_day)).values_list("day", flat=True)
    )
    span = (first_day + offset * ONE_DAY for offset in range((last_day - first_day).days + 1))
    count = sum(1 for day in span if day.weekday() in open_on and day not in closed)
    return Decimal(count) * (1 if part == TimeOff.Part.FULL_DAY else HALF)


@transaction.atomic
def ask_for_leave(
    *, by: User, branch: Branch, first_day: datetime.date, last_day: datetime.date, part: str = TimeOff.Part.FULL_DAY,
    reason: str,
) -> TimeOff:  # fmt: skip
    """For oneself. Bookings go on until it is approved."""
    if last_day < first_day:
        raise Refusal(_("The last day is before the first."), field="last_day")
    if first_day < timezone.localdate(timezone=branch.zone):
        raise Refusal(_("That day has passed."), field="first_day")
    if last_day - first_day > LONGEST_TIME_OFF:
        raise Refusal(_("Ask for at most a year at a time."), field="last_day")
    days = days_of_leave(by=by, branch=branch, first_day=first_day, last_day=last_day, part=part)
    if not days:
        raise Refusal(_("The house is closed on those days."), field="first_day")
    lock_calendar(by)
    _refuse_second(by, first_day, last_day, part)
    refuse_overlap(by, first_day, last_day, part)
    leave = TimeOff.objects.create(
        person=by,
        first_day=first_day,
        last_day=last_day,
        part=part,
        reason=reason.strip(),
        asked_by=by,
        days=days,
    )
    _tell("leave.asked", leave, by, branch)
    return leave


def _refuse_second(person: User, first_day: datetime.date, last_day: datetime.date, part: str) -> None:
    pending = TimeOff.objects.pending().filter(
        person=person, first_day__lte=last_day, last_day__gte=first_day
    )
    if part != TimeOff.Part.FULL_DAY:
        pending = pending.filter(part__in=[part, TimeOff.Part.FULL_DAY])
    other = pending.order_by("first_day").first()
    if other:
        names = {"first": date_format(other.first_day, "j F"), "last": date_format(other.last_day, "j F")}
        raise Refusal(
            _("You have asked for %(first)s to %(last)s already; take that back first.") % names,
            field="first_day",
        )


@transaction.atomic
def approve_leave(
    *, by: User, leave: TimeOff, branch: Branch, comment: str = "", override: str = ""
) -> TimeOff:
    """The calendar closes on those days. Refuses after the evening lock, unless `override` says why and who may override it."""
    lock_calendar(leave.person)
    leave = _undecided(by, leave)
    refuse_overlap(leave.person, leave.first_day, leave.last_day, leave.part)
    said = registries.guard_day(by=by, branch=branch, day=leave.first_day, override=override)
    leave = _decide(by, leave, TimeOff.Status.APPROVED, " ".join(filter(None, [comment.strip(), *said])))
    _tell("leave.approved", leave, by, branch)
    return leave


@transaction.atomic
def reject_leave(*, by: User, leave: TimeOff, branch: Branch, comment: str) -> TimeOff:
    lock_calendar(leave.person)
    leave = _undecided(by, leave)
    if not comment.strip():
        raise Refusal(_("Say why; the person reads it."), field="comment")
    leave = _decide(by, leave, TimeOff.Status.REJECTED, comment.strip())
    _tell("leave.rejected", leave, by, branch)
    return leave


@transaction.atomic
def take_leave_back(*, by: User, leave: TimeOff, branch: Branch) -> TimeOff:
    """One's own, while nobody has decided. What is approved is taken back in the calendar, under its lock."""
    lock_calendar(leave.person)
    leave = TimeOff.objects.select_related("person").get(pk=leave.pk)
    if leave.person_id != by.pk:
        raise Refusal(_("Only who asked takes it back."))
    if leave.status != TimeOff.Status.PENDING:
        raise Refusal(_("This was decided already."))
    leave = _decide(by, leave, TimeOff.Status.WITHDRAWN, leave.comment)
    _tell("leave.taken_back", leave, by, branch)
    return leave


def _undecided(by: User, leave: TimeOff) -> TimeOff:
    leave = TimeOff.objects.select_related("person").select_for_update(of=("self",)).get(pk=leave.pk)
    if not by.may(Permission.LEAVE_APPROVE):
        raise Refusal(_("You may not decide leave."))
    if leave.person_id == by.pk:
        raise Refusal(_("Nobody decides their own leave; ask somebody else who may."))
    if leave.status != TimeOff.Status.PENDING or leave.days is None:
        raise Refusal(_("This was decided already."))
    return leave


def _decide(by: User, leave: TimeOff, status: Any, comment: str) -> TimeOff:
    leave.status, leave.comment, leave.decided_by, leave.decided_at = (
        status,
        comment[:200],
        by,
        timezone.now(),
    )
    leave.version += 1
    leave.save(update_fields=["status", "comment", "decided_by", "decided_at", "version", "updated_at"])
    return leave


def _tell(verb: str, leave: TimeOff, by: User, branch: Branch) -> None:
    events.record(verb, subject=leave, by=by, branch_id=branch.pk, person_id=str(leave.person_id))
