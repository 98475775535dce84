"""Moving: a visit to another time, length, practitioner or room; all parts of a visit by the same difference."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from appointments import checks, fees
from appointments.asks import Ask, Batch
from appointments.models import Appointment
from appointments.places import moment, take, write_holds
from appointments.steps import guard, locked, remember, save, spoken
from clinic.models import Resource
from clinic.refusals import Refusal, Stale
from packages import domain as packages
from staff.models import Practitioner, User


@transaction.atomic
def reschedule(
    *,
    by: User,
    appointment: Appointment,
    starts_at: datetime.datetime,
    practitioner: Practitioner | None = None,
    minutes: int | None = None,
    room: Resource | None = None,
    reason: str = "",
    version: int,
    despite_overlap: bool = True,
) -> Appointment:
    """Move a visit to another time, practitioner, length or `room` (or device); what isn't given stays.

    `version` is that of the appointment when the mover looked at it: if somebody changed it since, this refuses. A
    refused move changes nothing; one to where the visit is already does nothing. A reserved session moves only to a
    day on which its package is valid. In a shift by serial numbers the visit gets the next number, unless it has one
    there. Of a visit with several parts this moves one; see `reschedule_visit`.
    """
    appointment = locked(appointment)
    _check_version(appointment, version)
    guard(appointment, "reschedule")
    ask = _ask(appointment, moment(starts_at), practitioner, minutes)
    ask.room = room
    if _is_there(ask):
        return appointment
    return _move(Batch(by, appointment.branch, [ask], despite_overlap=despite_overlap), reason)[0]


@transaction.atomic
def reschedule_visit(
    *,
    by: User,
    appointment: Appointment,
    starts_at: datetime.datetime,
    reason: str = "",
    version: int,
    despite_overlap: bool = True,
) -> list[Appointment]:
    """Move all parts of a visit by as much as brings this one to `starts_at`; parts called off stay where they are.

    `version` is that of the part given. Refuses, naming it, when one of the parts can't be moved.
    """
    appointment = locked(appointment)
    _check_version(appointment, version)
    by_how_much = moment(starts_at) - appointment.starts_at
    asks = []
    for part in _parts(appointment):
        ask = _ask(part, part.starts_at + by_how_much, None, None)
        ask.name = _("Part %(number)s, %(treatment)s") % {
            "number": part.part_number,
            "treatment": part.treatment,
        }
        asks.append(ask)
    batch = Batch(by, appointment.branch, asks, despite_overlap=despite_overlap)
    for ask in asks:
        with batch.answering(ask):
            guard(ask.appointment, "reschedule")
    return _move(batch, reason) if by_how_much else [ask.appointment for ask in asks]


def _check_version(appointment: Appointment, version: int) -> None:
    if appointment.version != version:
        raise Stale(
            _("Somebody else changed this visit while you had it open. It is now on %(when)s; choose again.")
            % {"when": spoken(appointment)}
        )


def _parts(appointment: Appointment) -> list[Appointment]:
    """Those that stand, their rows locked in order."""
    whole = appointment.first_part_id or appointment.pk
    rows = Appointment.objects.standing().filter(Q(pk=whole) | Q(first_part=whole))
    return [locked(part) for part in rows.order_by("pk")]


def _ask(
    appointment: Appointment,
    starts_at: datetime.datetime,
    practitioner: Practitioner | None,
    minutes: int | None,
) -> Ask:
    local = starts_at.astimezone(appointment.branch.zone)
    held = appointment.holds.filter(released_at=None).values_list("resource_id", flat=True)
    former = {*held, appointment.practitioner.resource_id}
    return Ask(
        appointment,
        practitioner or appointment.practitioner,
        local,
        local.date(),
        minutes,
        None if appointment.sitting_id else appointment.minutes,
        former=frozenset(former),
        # Another room or length is possible though the time has come.
        not_before=local if starts_at == appointment.starts_at else None,
    )


def _is_there(ask: Ask) -> bool:
    visit = ask.appointment
    return (
        ask.starts_at == visit.starts_at
        and ask.practitioner == visit.practitioner
        and ask.minutes in (None, visit.minutes)
        and (ask.room is None or ask.room.pk in ask.former)
    )


def _move(batch: Batch, reason: str) -> list[Appointment]:
    for ask in batch.asks:
        with batch.answering(ask):
            packages.check_move(appointment_id=ask.appointment.pk, on=ask.day)
    take(batch)
    for ask in batch.asks:
        with batch.answering(ask):
            if ask.is_waitlisted:
                raise Refusal(_("That shift has no place left."), field="time")
            checks.check_person(ask, batch)
    moved = [_write(ask, batch, reason.strip()) for ask in batch.asks]
    write_holds(batch.asks)
    return moved


def _write(ask: Ask, batch: Batch, reason: str) -> Appointment:
    visit = ask.appointment
    was = {"was_at": visit.starts_at, "was_until": visit.ends_at, "was_with": visit.practitioner}
    ask.settle()
    visit.reschedule_count += 1
    visit.reschedule_reason = reason
    save(
        visit,
        "starts_at",
        "ends_at",
        "practitioner",
        "sitting",
        "serial",
        "reschedule_count",
        "reschedule_reason",
    )
    fees.keep_up(by=batch.by, appointment=visit)
    remember(batch.by, visit, "reschedule", visit.status, reason, event="appointment.rescheduled", **was)
    return visit
