"""A place in the calendar: queue for all who could serve, read everything again, hold, let go.

What decides about a time is read again under the locks; the exclusion constraint on holds is the net.
"""

import datetime

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from appointments import availability, slots
from appointments.models import Appointment, Hold
from appointments.slots import Lane, Span
from clinic.locks import lock_resources
from clinic.models import Branch
from clinic.refusals import Refusal
from packages.models import Treatment
from staff.models import Practitioner

SHORTEST, LONGEST = 5, 720  # minutes, as for treatments
# A walk-in starts on the row of the day board that has begun, five minutes ago at most, and its form takes time too.
WALK_IN_GRACE = datetime.timedelta(minutes=6)


def length_of(of: Treatment | int) -> datetime.timedelta:
    minutes = of if isinstance(of, int) else of.minutes
    if not SHORTEST <= minutes <= LONGEST:
        raise Refusal(
            _("A visit lasts %(shortest)s to %(longest)s minutes.")
            % {"shortest": SHORTEST, "longest": LONGEST},
            field="minutes",
        )
    return datetime.timedelta(minutes=minutes)


def take_place(
    appointment: Appointment,
    practitioner: Practitioner,
    visit: Span,
    *,
    not_before: datetime.datetime | None = None,
) -> list[Lane]:
    """Queue for all resources that could serve, read everything again, and choose one of each kind.

    `not_before` is now, unless given: a visit brought back may have begun. Sets the practitioner. Refuses with a sentence, and with the next free times where the time is only taken.
    """
    _queue(appointment, practitioner)
    appointment.practitioner = _fit_to_work(practitioner, appointment.branch)
    diary = _diary(appointment, visit)
    grace = WALK_IN_GRACE if appointment.is_walk_in else datetime.timedelta(0)
    reason = diary.why_closed(visit, not_before or timezone.now() - grace) or diary.why_taken(visit)
    if reason:
        raise Refusal(reason, field="time", offers=next_free(appointment, visit))
    return slots.pick(visit, diary.lanes) or []


def _diary(appointment: Appointment, visit: Span, days: int = 1) -> availability.Diary:
    return availability.read(
        branch=appointment.branch,
        practitioner=appointment.practitioner,
        treatment=appointment.treatment,
        minutes=int((visit.ends - visit.starts).total_seconds() // 60),
        first=timezone.localdate(visit.starts, timezone=appointment.branch.zone),
        days=days,
        ignoring=appointment.pk,
    )


def next_free(appointment: Appointment, wish: Span) -> list[datetime.datetime]:
    """The next free times after the one wished for, or from now on if that has passed."""
    now = timezone.now()
    later = Span(max(wish.starts, now), max(wish.starts, now) + (wish.ends - wish.starts))
    return _diary(appointment, later, availability.DAYS_AHEAD).next_free(later.starts)


def _queue(appointment: Appointment, practitioner: Practitioner) -> None:
    needed = availability.resources_for(appointment.branch, practitioner, appointment.treatment)
    lock_resources(resource.pk for _kind, some in needed for resource in some)


def _fit_to_work(practitioner: Practitioner, branch: Branch) -> Practitioner:
    """The practitioner as they are now, at this branch and active."""
    found = Practitioner.objects.active().select_related("resource", "user")
    now = found.filter(pk=practitioner.pk, resource__branch=branch, resource__branch__is_active=True).first()
    if now is None:
        raise Refusal(
            _("%(name)s takes no bookings at this branch.") % {"name": practitioner}, field="practitioner"
        )
    return now


def write_holds(appointment: Appointment, lanes: list[Lane], visit: Span) -> None:
    """Write the holds, by ascending resource. Should somebody have come in past the locks, the constraint says so."""
    rows = [
        Hold(appointment=appointment, resource_id=lane.key, during=DateTimeTZRange(*lane.around(visit)))
        for lane in sorted(lanes, key=lambda lane: str(lane.key))
    ]
    try:
        with transaction.atomic():
            Hold.objects.bulk_create(rows)
    except IntegrityError as problem:
        if not isinstance(problem.__cause__, ExclusionViolation):
            raise
        offers = next_free(appointment, visit)
        raise Refusal(_("Somebody else has just taken that time."), field="time", offers=offers) from None


def release_holds(appointment: Appointment) -> None:
    appointment.holds.filter(released_at=None).update(released_at=timezone.now())
