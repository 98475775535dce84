"""Days on which a person does not work, approved as they are marked. What is asked for first: `leave`."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events
from clinic.refusals import Refusal
from staff.closing import lock_calendar, refuse_overlap
from staff.domain.practitioners import require_may_manage
from staff.models import TimeOff, User

LONGEST_TIME_OFF = datetime.timedelta(days=366)


@transaction.atomic
def mark_off(
    *,
    by: User,
    person: User,
    first_day: datetime.date,
    last_day: datetime.date,
    part: TimeOff.Part = TimeOff.Part.FULL_DAY,
    reason: str = "",
    comment: str = "",
) -> TimeOff:
    """Close a person's calendar from `first_day` to `last_day`, both included, wherever they treat.

    Approved at once by whoever marks it. Takes the locks of their practices, so that a booking is either among the
    visits this hits, or refused. Refuses what overlaps time off that is approved already.
    """
    require_may_manage(by=by, person=person)
    if last_day < first_day:
        raise Refusal(_("The last day is before the first."), field="last_day")
    if last_day - first_day > LONGEST_TIME_OFF:
        raise Refusal(_("Mark at most a year at a time."), field="last_day")
    lock_calendar(person)
    refuse_overlap(person, first_day, last_day, part)
    time_off = TimeOff.objects.create(
        person=person,
        first_day=first_day,
        last_day=last_day,
        part=part,
        reason=reason.strip(),
        comment=comment,
        status=TimeOff.Status.APPROVED,
        asked_by=by,
        decided_by=by,
        decided_at=timezone.now(),
    )
    events.record("time_off.marked", subject=time_off, by=by, person_id=str(person.pk))
    return time_off


@transaction.atomic
def withdraw_time_off(*, by: User, time_off: TimeOff, reason: str) -> TimeOff:
    """The person works then after all; the row stays, with who said so and why."""
    require_may_manage(by=by, person=time_off.person)
    if not reason.strip():
        raise Refusal(_("Say why the time off is taken back."), field="reason")
    lock_calendar(time_off.person)
    time_off = TimeOff.objects.select_related("person").select_for_update(of=("self",)).get(pk=time_off.pk)
    if time_off.status != TimeOff.Status.APPROVED:
        raise Refusal(_("This time off was taken back already."))
    time_off.status, time_off.comment = TimeOff.Status.WITHDRAWN, reason.strip()
    time_off.decided_by, time_off.decided_at = by, timezone.now()
    time_off.version += 1
    time_off.save(update_fields=["status", "comment", "decided_by", "decided_at", "version", "updated_at"])
    events.record("time_off.withdrawn", subject=time_off, by=by, person_id=str(time_off.person_id))
    return time_off
