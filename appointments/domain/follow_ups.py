""" "Come back in four weeks": asked for after a visit, booked later, or dropped."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import fees
from appointments.models import Appointment, FollowUp
from appointments.steps import locked
from clinic import events
from clinic.refusals import Refusal, Stale
from staff.models import User


@transaction.atomic
def plan_follow_up(
    *, by: User, appointment: Appointment, due_on: datetime.date, reason: str = ""
) -> FollowUp:
    """Note that the customer is to be seen again around a day, once per visit: said again, it changes the day."""
    appointment = locked(appointment)
    if due_on <= fees.day_of(appointment):
        raise Refusal(_("Choose a day after this visit."), field="come_back_on")
    found = FollowUp.objects.filter(appointment=appointment).first()
    asked = found or FollowUp(appointment=appointment, branch=appointment.branch)
    if asked.booked_id:
        raise Refusal(_("The follow-up of this visit is booked already: move that visit."), field="come_back")
    same = (asked.due_on, asked.reason, asked.dropped_at) == (due_on, reason.strip(), None)
    if found and same:
        return asked
    asked.due_on, asked.reason = due_on, reason.strip()
    asked.dropped_at, asked.dropped_by, asked.drop_reason = None, None, ""
    asked.version += 1 if found else 0
    asked.save()
    events.record("follow_up.planned", subject=asked, by=by, branch_id=asked.branch_id)
    return asked


@transaction.atomic
def drop_follow_up(*, by: User, follow_up: FollowUp, reason: str, version: int) -> FollowUp:
    """The customer need not, or will not, come back. Only while it is neither booked nor dropped."""
    if not reason.strip():
        raise Refusal(_("Say why this follow-up is dropped."), field="reason")
    locked(follow_up.appointment)
    asked = FollowUp.objects.get(pk=follow_up.pk)
    if asked.booked_id:
        raise Refusal(_("This follow-up has been booked meanwhile."))
    if asked.dropped_at:
        raise Refusal(_("This follow-up has been dropped already."))
    if asked.version != version:
        raise Stale(_("Somebody else changed this follow-up while you had it open. Look again."))
    asked.dropped_at, asked.dropped_by, asked.drop_reason = timezone.now(), by, reason.strip()
    asked.version += 1
    asked.save()
    events.record("follow_up.dropped", subject=asked, by=by, branch_id=asked.branch_id)
    return asked
