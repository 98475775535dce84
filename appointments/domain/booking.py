"""Booking: one visit, a visit of several parts, a series. All go the same way, `_book`, under the same locks."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from uuid_utils import compat

from appointments import checks, fees, sittings
from appointments.asks import Ask, Batch
from appointments.domain.life import check_in
from appointments.models import Appointment, Offer
from appointments.places import length_of, moment, take, write_holds
from appointments.steps import remember, take_numbers
from clinic.locks import lock_row
from clinic.models import Branch, Resource
from clinic.refusals import Refusal
from customers import domain as customers
from customers.models import Customer
from packages import domain as packages
from packages.models import Session, Treatment
from staff.models import Practitioner, User


@dataclass(frozen=True)
class Part:
    """One treatment of a visit. `minutes` is its length, else the treatment's own."""

    treatment: Treatment
    practitioner: Practitioner
    session: Session | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class SeriesDate:
    """One visit of a series."""

    starts_at: datetime.datetime
    practitioner: Practitioner
    session: Session | None = None


@transaction.atomic
def book(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    practitioner: Practitioner,
    treatment: Treatment,
    starts_at: datetime.datetime | None = None,
    day: datetime.date | None = None,
    minutes: int | None = None,
    session: Session | None = None,
    note: str = "",
    is_walk_in: bool = False,
    priority: str = Appointment.Priority.NORMAL,
    priority_reason: str = "",
    channel: str = Appointment.Channel.DESK,
    follows: Appointment | None = None,
    room: Resource | None = None,
    despite_overlap: bool = False,
    offer: Offer | None = None,
) -> Appointment:
    """Book a visit and hold everybody and everything it needs. `minutes` is its length, else the treatment's own.

    In a shift by serial numbers or queue the time follows from the number: without `starts_at` it is the first such
    shift of the local `day` (today unless given). After its cap the visit may come back waitlisted.

    Refuses a time that is past, closed or taken; the refusal of a taken one carries `offers`, the next free times.
    `Overlap` where the customer has another visit then. With `session` that session of a package is reserved. A walk-in
    has arrived by being booked. `room` is a room or device it shall use, else any that is free. What `offer` holds is this visit's to take.
    """
    appointment = Appointment(
        id=compat.uuid7(),
        branch=branch,
        customer=customer,
        practitioner=practitioner,
        treatment=treatment,
        priority=Appointment.Priority(priority),
        priority_reason=priority_reason.strip(),
        channel=Appointment.Channel(channel),
        is_walk_in=is_walk_in,
        follows=follows,
        note=note.strip(),
        booked_by=by,
    )
    day = timezone.localdate(starts_at, timezone=branch.zone) if starts_at else day
    day = day or timezone.localdate(timezone=branch.zone)
    ask = Ask(appointment, practitioner, starts_at, day, minutes, session=session, room=room)
    return _book(Batch(by, branch, [ask], despite_overlap=despite_overlap, offer=offer))[0]


@transaction.atomic
def book_visit(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    parts: Sequence[Part],
    starts_at: datetime.datetime,
    note: str = "",
    is_walk_in: bool = False,
    channel: str = Appointment.Channel.DESK,
    follows: Appointment | None = None,
    despite_overlap: bool = False,
) -> list[Appointment]:
    """Book several treatments one right after the other, each an appointment; all of them, or none.

    A refusal names the part it is about. Between neighbouring parts nobody and nothing is made ready: the next person
    on that chair is the same one.
    """
    if not parts:
        raise Refusal(_("Choose at least one treatment."), field="what")
    first: Appointment | None = None
    asks: list[Ask] = []
    starts = moment(starts_at)
    for number, part in enumerate(parts, start=1):
        appointment = Appointment(
            id=compat.uuid7(),
            branch=branch,
            customer=customer,
            practitioner=part.practitioner,
            treatment=part.treatment,
            channel=Appointment.Channel(channel),
            is_walk_in=is_walk_in,
            follows=follows,
            note=note.strip(),
            first_part=first,
            part_number=number,
            booked_by=by,
        )
        first = first or appointment
        local = starts.astimezone(branch.zone)
        ask = Ask(appointment, part.practitioner, local, local.date(), part.minutes, session=part.session)
        if len(parts) > 1:
            ask.name = _("Part %(number)s, %(treatment)s") % {"number": number, "treatment": part.treatment}
            ask.after = asks[-1] if asks else None
        asks.append(ask)
        starts += length_of(part.treatment if part.minutes is None else part.minutes)
    return _book(Batch(by, branch, asks, despite_overlap=despite_overlap))


@transaction.atomic
def book_series(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    treatment: Treatment,
    dates: Sequence[SeriesDate],
    minutes: int | None = None,
    note: str = "",
    despite_overlap: bool = False,
) -> list[Appointment]:
    """Book a treatment on several dates; all of them, or none.

    The refusal names every date that can't be had; its `offers` are one `Conflict` for each.
    """
    if not dates:
        raise Refusal(_("Choose at least one date."), field="dates")
    _check_sessions(dates)
    series, asks = compat.uuid7(), []
    for date in dates:
        appointment = Appointment(
            id=compat.uuid7(),
            branch=branch,
            customer=customer,
            practitioner=date.practitioner,
            treatment=treatment,
            booked_series=series,
            note=note.strip(),
            booked_by=by,
        )
        day = timezone.localdate(date.starts_at, timezone=branch.zone)
        asks.append(Ask(appointment, date.practitioner, date.starts_at, day, minutes, session=date.session))
    return _book(Batch(by, branch, asks, gathers=True, despite_overlap=despite_overlap))


def _check_sessions(dates: Sequence[SeriesDate]) -> None:
    numbers: dict[UUID, list[int]] = {}
    for date in sorted(dates, key=lambda date: date.starts_at):
        if date.session:
            numbers.setdefault(date.session.enrolment_id, []).append(date.session.number)
    if any(some != sorted(set(some)) for some in numbers.values()):
        raise Refusal(_("Each date has a session of its own, in their order."), field="session")


def _book(batch: Batch) -> list[Appointment]:
    """Lock the customer, then the packages, then everything all parts could use at once, and the counter last."""
    customer = batch.asks[0].appointment.customer
    lock_row(Customer, customer.pk)
    for ask in batch.asks:
        with batch.answering(ask):
            checks.check_wish(ask, batch)
            _reserve(ask, batch)
    take(batch)
    for ask in batch.left:
        with batch.answering(ask):
            checks.check_person(ask, batch)
    if batch.refused:
        raise _refusal(batch)
    _write(batch)
    customers.know_at(customer=customer, branch=batch.branch)
    return [_begin(ask, batch) for ask in batch.asks]


def _reserve(ask: Ask, batch: Batch) -> None:
    if ask.session:
        packages.reserve_session(
            by=batch.by, session=ask.session, appointment_id=ask.appointment.pk, on=ask.day
        )


def _refusal(batch: Batch) -> Refusal:
    said = []
    for conflict in batch.conflicts:
        local = timezone.localtime(conflict.starts_at, batch.branch.zone)
        said.append(_("%(when)s: %(why)s") % {"when": date_format(local, "D j M, H:i"), "why": conflict.why})
    words = {"count": len(said), "all": len(batch.asks), "dates": " ".join(said)}
    return Refusal(
        _("%(count)s of %(all)s dates can't be had. %(dates)s") % words, field="dates", offers=batch.conflicts
    )


def _write(batch: Batch) -> None:
    """The rows of all parts. After the numbers nothing is locked any more that others might wait for in another order."""
    for ask, number in zip(batch.asks, take_numbers(batch.branch, len(batch.asks)), strict=True):
        ask.settle()
        ask.appointment.number = number
        ask.appointment.save(force_insert=True)
        sittings.note_wish(ask)
    write_holds([ask for ask in batch.asks if not ask.is_waitlisted])
    for ask in batch.asks:
        fees.settle(by=batch.by, appointment=ask.appointment)


def _begin(ask: Ask, batch: Batch) -> Appointment:
    visit = ask.appointment
    if ask.is_waitlisted:
        remember(batch.by, visit, "waitlist", "", event="appointment.waitlisted")
        return visit
    remember(batch.by, visit, "book", "", visit.priority_reason, event="appointment.booked")
    return check_in(by=batch.by, appointment=visit) if visit.is_walk_in else visit
