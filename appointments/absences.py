"""What an absence hits: visits that stand on somebody's time off, on a device out of service, with somebody who left."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from appointments.availability import instant, midnight
from appointments.models import Appointment, BookingRules, Hold, StatusChange
from appointments.slots import Span
from clinic.models import Branch, OutOfService
from staff.models import Practitioner, TimeOff, User

#: A visit that still waits to be given. One that has begun is not moved any more.
TO_COME = (
    Appointment.Status.SCHEDULED,
    Appointment.Status.CONFIRMED,
    Appointment.Status.ARRIVED,
    Appointment.Status.IN_QUEUE,
)
WITH_ALL = ("branch", "customer", "treatment", "practitioner__resource", "practitioner__user")


def why_locked(branch: Branch, day: datetime.date, rules: BookingRules | None = None) -> str | None:
    """Why who works on a day can't be changed any more; None while it can. `rules` are the branch's, if at hand.

    With the evening lock at 17:00, Tuesday is settled from Monday 17:00 on, and stays so through Tuesday.
    """
    lock_at = (rules or BookingRules.of(branch)).availability_lock_at
    if lock_at is None:
        return None
    day = max(day, timezone.localdate(timezone=branch.zone))
    since = datetime.datetime.combine(day - datetime.timedelta(days=1), lock_at, branch.zone)
    if timezone.now() < since:
        return None
    return _("Who works on %(day)s is settled since %(time)s on %(eve)s.") % {
        "day": date_format(day, "l j F"),
        "time": time_format(lock_at, "H:i"),
        "eve": date_format(since, "l"),
    }


def spans_off(
    first_day: datetime.date, last_day: datetime.date, part: str, *, branch: Branch, rules: BookingRules
) -> list[Span]:
    """The time that time off takes, one span a day; half a day ends or begins where the branch's afternoon does."""
    count = (last_day - first_day).days + 1
    days = (first_day + datetime.timedelta(days=offset) for offset in range(count))
    return [_span_off(day, part, branch, rules.half_day_at) for day in days]


def _span_off(day: datetime.date, part: str, branch: Branch, half: datetime.time) -> Span:
    begins = midnight(day, branch.zone)
    ends = midnight(day + datetime.timedelta(days=1), branch.zone)
    noon = instant(day, half, branch.zone)
    if part == TimeOff.Part.MORNING:
        return Span(begins, noon)
    return Span(noon, ends) if part == TimeOff.Part.AFTERNOON else Span(begins, ends)


def hit_by_days(
    *,
    user: User,
    branch: Branch,
    person: User,
    first_day: datetime.date,
    last_day: datetime.date,
    part: str,
) -> list[Appointment]:
    """The visits to come with a person at the branch on days, marked off or yet to be. Two queries."""
    spans = spans_off(first_day, last_day, part, branch=branch, rules=BookingRules.of(branch))
    rows = to_come(user, branch).filter(
        practitioner__user=person, starts_at__lt=spans[-1].ends, ends_at__gt=spans[0].starts
    )
    return [visit for visit in rows if any(span.overlaps(_span(visit)) for span in spans)]


def hit_by(time_off: TimeOff, *, user: User, branch: Branch) -> list[Appointment]:
    if time_off.status != TimeOff.Status.APPROVED:
        return []
    return hit_by_days(
        user=user,
        branch=branch,
        person=time_off.person,
        first_day=time_off.first_day,
        last_day=time_off.last_day,
        part=time_off.part,
    )


def hit_by_outage(outage: OutOfService, *, user: User, branch: Branch) -> list[Appointment]:
    """The visits to come that hold the room or device while it can't be used."""
    during = (outage.starts_at, outage.ends_at)
    held = Hold.objects.filter(
        resource=outage.resource_id, released_at=None, during__overlap=during, appointment__isnull=False
    )
    return list(to_come(user, branch).filter(pk__in=held.values("appointment_id")))


def left_behind(practitioner: Practitioner, *, user: User, branch: Branch) -> list[Appointment]:
    """The visits to come of somebody who treats here no longer; none while they do."""
    if practitioner.resource.is_active and practitioner.user.is_active:
        return []
    return list(to_come(user, branch).filter(practitioner=practitioner))


def to_come(user: User, branch: Branch) -> QuerySet[Appointment]:
    rows = Appointment.objects.visible_to(user).filter(
        branch=branch, status__in=TO_COME, ends_at__gt=timezone.now()
    )
    return rows.select_related(*WITH_ALL).order_by("starts_at", "id")


def _span(visit: Appointment) -> Span:
    return Span(visit.starts_at, visit.ends_at)


@dataclass(frozen=True)
class Unsettled:
    """A cause with the number of visits that still stand on it."""

    cause: Any  # TimeOff, OutOfService or Practitioner
    count: int


def unsettled_time_off(
    found: Iterable[TimeOff], *, user: User, branch: Branch, rules: BookingRules
) -> list[Unsettled]:
    """Of those given, those with visits still standing, with how many. One query, whatever their number."""
    rows = [(one, _spans_of(one, branch, rules)) for one in found]
    if not rows:
        return []
    visits = to_come(user, branch).filter(
        practitioner__user__in={one.person_id for one, _spans in rows},
        starts_at__lt=max(spans[-1].ends for _one, spans in rows),
        ends_at__gt=min(spans[0].starts for _one, spans in rows),
    )
    standing = [
        (who, Span(*times))
        for who, *times in visits.values_list("practitioner__user", "starts_at", "ends_at")
    ]
    counted = [
        Unsettled(
            one,
            sum(who == one.person_id and any(s.overlaps(visit) for s in spans) for who, visit in standing),
        )
        for one, spans in rows
    ]
    return [each for each in counted if each.count]


def _spans_of(one: TimeOff, branch: Branch, rules: BookingRules) -> list[Span]:
    return spans_off(one.first_day, one.last_day, one.part, branch=branch, rules=rules)


def unsettled_outages(found: Iterable[OutOfService], *, user: User, branch: Branch) -> list[Unsettled]:
    """Of those given, those with visits still holding the thing, with how many. One query."""
    outages = list(found)
    holds = Hold.objects.filter(
        resource__in=[one.resource_id for one in outages],
        released_at=None,
        appointment__in=to_come(user, branch),
    )
    held = list(holds.values_list("resource_id", "during"))
    counted = [Unsettled(one, sum(_meets(one, *hold) for hold in held)) for one in outages]
    return [each for each in counted if each.count]


def _meets(outage: OutOfService, resource_id: UUID, during: Any) -> bool:
    return (
        outage.resource_id == resource_id
        and during.upper > outage.starts_at
        and (outage.ends_at is None or during.lower < outage.ends_at)
    )


def left_with_visits(*, user: User, branch: Branch) -> list[Unsettled]:
    """Those who treat here no longer and still have visits to come. One query."""
    of_them = to_come(user, branch).order_by().values("pk")
    rows = Practitioner.objects.visible_to(user).gone().filter(appointment__in=of_them)
    counted = rows.select_related("resource").annotate(count=Count("appointment"))
    return [Unsettled(one, one.count) for one in counted.order_by("resource__name")]


def moved_away(
    *, user: User, branch: Branch, since: datetime.datetime, was_with: Iterable[UUID], spans: list[Span]
) -> list[StatusChange]:
    """The moves, made since, of visits that stood in the spans with one of the practitioners; the last first."""
    if not spans:
        return []
    rows = StatusChange.objects.filter(
        appointment__in=Appointment.objects.visible_to(user).filter(branch=branch),
        verb="reschedule",
        created_at__gte=since,
        was_with__in=list(was_with),
        was_at__lt=spans[-1].ends,
        was_until__gt=spans[0].starts,
    )
    rows = rows.select_related("appointment__customer", "appointment__practitioner__resource")
    return [
        row
        for row in rows.order_by("-id")
        if row.was_at and row.was_until
        if any(span.overlaps(Span(row.was_at, row.was_until)) for span in spans)
    ]
