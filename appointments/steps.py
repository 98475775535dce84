"""What every verb of a visit does: lock, ask the transition table, write, remember, announce."""

from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from uuid_utils import compat

from appointments.models import Appointment, StatusChange
from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from customers.models import Customer
from staff.models import User

EVENTS = {
    "waitlist": "appointment.waitlisted",
    "schedule": "appointment.scheduled",
    "confirm": "appointment.confirmed",
    "check_in": "appointment.checked_in",
    "undo_check_in": "appointment.check_in_undone",
    "enter_queue": "appointment.queued",
    "start": "appointment.started",
    "complete": "appointment.completed",
    "cancel": "appointment.cancelled",
    "mark_no_show": "appointment.missed",
    "reinstate": "appointment.reinstated",
}


_COUNT_UP = """
INSERT INTO appointments_numberyear AS counter (id, created_at, branch_id, year, last_number)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (branch_id, year) DO UPDATE SET last_number = counter.last_number + excluded.last_number
RETURNING last_number
"""


class Overlap(Refusal):
    """The customer has another visit at that time; who knows and books anyway says `despite_overlap`."""


def locked(appointment: Appointment) -> Appointment:
    """The appointment as it is now, its customer's row and its own locked."""
    lock_row(Customer, appointment.customer_id)
    rows = Appointment.objects.select_related(
        "branch", "customer", "treatment", "practitioner__resource", "practitioner__user"
    )
    return rows.select_for_update(of=("self",), no_key=True).get(pk=appointment.pk)


def guard(appointment: Appointment, verb: str) -> None:
    reason = appointment.why_not(verb)
    if reason:
        raise Refusal(reason)


def move(
    by: User,
    appointment: Appointment,
    verb: str,
    why: str = "",
    was: dict[str, Any] | None = None,
    **values: Any,
) -> Appointment:
    """One step of the transition table: locked, asked, written, remembered (with what `was`), announced."""
    appointment = locked(appointment)
    guard(appointment, verb)
    former, appointment.status = appointment.status, Appointment.TRANSITIONS[verb][1]
    for name, value in values.items():
        setattr(appointment, name, value)
    save(appointment, "status", *values)
    remember(by, appointment, verb, former, why.strip(), event=EVENTS[verb], **(was or {}))
    return appointment


def save(appointment: Appointment, *fields: str) -> None:
    appointment.version += 1
    appointment.save(update_fields=["version", "updated_at", *fields])


def remember(
    by: User, appointment: Appointment, verb: str, former: str, note: str = "", *, event: str, **was: Any
) -> None:
    """`was` is where a moved visit stood: `was_at`, `was_until`, `was_with`; and what one called off let go."""
    StatusChange.objects.create(
        appointment=appointment,
        verb=verb,
        from_status=former,
        to_status=appointment.status,
        by=by,
        note=note[:200],
        **was,
    )
    events.record(
        event,
        subject=appointment,
        by=by,
        branch_id=appointment.branch_id,
        customer_id=str(appointment.customer_id),
    )


def take_numbers(branch: Branch, count: int) -> list[str]:
    """The branch's next numbers, "APT-2026-00001" by the calendar year of today. Taken last: the counter's row waits."""
    year = timezone.localdate(timezone=branch.zone).year
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_UP, [compat.uuid7(), timezone.now(), branch.pk, year, count])
        (last,) = cursor.fetchone()
    return [f"APT-{year}-{number:05d}" for number in range(last - count + 1, last + 1)]


def spoken(appointment: Appointment) -> str:
    return date_format(appointment.starts_at.astimezone(appointment.branch.zone), "D j M, H:i")
