"""What happens to a visit, from booked to completed.

Locks, always in this order: customer, the appointment's row, enrolment (in `packages`), resources, batches (in
`inventory`). What decides about a time is read again under the locks; the exclusion constraint on holds is the net.
"""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation
from uuid_utils import compat

from appointments import availability, slots
from appointments.models import Appointment, Hold, StatusChange
from appointments.slots import Lane, Span
from clinic import events
from clinic.locks import lock_resources, lock_row
from clinic.models import Branch
from clinic.refusals import Refusal, Stale
from customers import domain as customers
from customers.models import Customer
from inventory import domain as inventory
from inventory.models import Movement
from packages import domain as packages
from packages.models import Session, Treatment
from staff.models import Practitioner, User

SHORTEST, LONGEST = 5, 720  # minutes, as for treatments
# A walk-in starts on the row of the day board that has begun, five minutes ago at most, and its form takes time too.
WALK_IN_GRACE = datetime.timedelta(minutes=6)
EVENTS = {
    "confirm": "appointment.confirmed",
    "check_in": "appointment.checked_in",
    "start": "appointment.started",
    "complete": "appointment.completed",
    "cancel": "appointment.cancelled",
    "mark_no_show": "appointment.missed",
}


@transaction.atomic
def book(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    practitioner: Practitioner,
    treatment: Treatment,
    starts_at: datetime.datetime,
    minutes: int | None = None,
    session: Session | None = None,
    note: str = "",
    is_walk_in: bool = False,
) -> Appointment:
    """Book a visit and hold everybody and everything it needs. `minutes` is its length, else the treatment's own.

    Refuses a time that is past, closed or taken; the refusal of a taken one carries `offers`, the next free times.
    With `session` that session of a package is reserved. A walk-in has arrived by being booked.
    """
    lock_row(Customer, customer.pk)
    _check_wish(branch, customer, treatment, session)
    length = _length(treatment if minutes is None else minutes)
    visit = Span(starts_at.astimezone(datetime.UTC), starts_at.astimezone(datetime.UTC) + length)
    appointment = Appointment(
        id=compat.uuid7(),
        branch=branch,
        customer=customer,
        treatment=treatment,
        starts_at=visit.starts,
        ends_at=visit.ends,
        is_walk_in=is_walk_in,
        note=note.strip(),
        booked_by=by,
    )
    if session:
        on = timezone.localdate(visit.starts, timezone=branch.zone)
        packages.reserve_session(by=by, session=session, appointment_id=appointment.pk, on=on)
    lanes = _take_place(appointment, practitioner, visit)
    appointment.save(force_insert=True)
    _hold(appointment, lanes, visit)
    customers.know_at(customer=customer, branch=branch)
    _remember(by, appointment, "book", "", event="appointment.booked")
    return check_in(by=by, appointment=appointment) if is_walk_in else appointment


@transaction.atomic
def confirm(*, by: User, appointment: Appointment) -> Appointment:
    """The customer has said that they will come."""
    return _move(by, appointment, "confirm")


@transaction.atomic
def check_in(*, by: User, appointment: Appointment) -> Appointment:
    """The customer is here; only on the day of the visit."""
    return _move(by, appointment, "check_in", arrived_at=timezone.now())


@transaction.atomic
def start(*, by: User, appointment: Appointment) -> Appointment:
    return _move(by, appointment, "start", started_at=timezone.now())


@transaction.atomic
def complete(*, by: User, appointment: Appointment, note: str) -> Appointment:
    """The treatment is done: its package session is counted, its consumables leave stock, the first to expire first.

    Refuses, and changes nothing, when it was completed before or when a consumable is not in stock. The hold stays:
    the time was used; unless all was done before that time began.
    """
    now = timezone.now()
    appointment = _locked(appointment)
    begun: dict[str, Any] = {} if appointment.started_at else {"started_at": now}
    appointment = _move(by, appointment, "complete", completed_at=now, visit_note=note.strip(), **begun)
    packages.complete_session(
        by=by, appointment_id=appointment.pk, practitioner=appointment.practitioner, note=note.strip()
    )
    _consume(by, appointment)
    if now < appointment.starts_at:
        _release_holds(appointment)
    _note_last_visit(appointment)
    return appointment


@transaction.atomic
def cancel(*, by: User, appointment: Appointment, reason: str) -> Appointment:
    """Call a visit off, for a reason; its time and its package session are free again."""
    if not reason.strip():
        raise Refusal(_("Say why the visit is cancelled."), field="reason")
    appointment = _move(by, appointment, "cancel", why=reason, cancel_reason=reason.strip())
    return _let_go(appointment)


@transaction.atomic
def mark_no_show(*, by: User, appointment: Appointment) -> Appointment:
    """The customer did not come; what is left of the time and the package session are free again."""
    return _let_go(_move(by, appointment, "mark_no_show"))


@transaction.atomic
def reschedule(
    *,
    by: User,
    appointment: Appointment,
    starts_at: datetime.datetime,
    practitioner: Practitioner | None = None,
    version: int,
) -> Appointment:
    """Move a visit to another time, and to another practitioner if one is given; its length stays.

    `version` is that of the appointment when the mover looked at it: if somebody changed it since, this refuses. A
    reserved session moves only to a day on which its package is valid.
    """
    appointment = _locked(appointment)
    if appointment.version != version:
        raise Stale(
            _("Somebody else changed this visit while you had it open. It is now on %(when)s; choose again.")
            % {"when": _spoken(appointment)}
        )
    _guard(appointment, "reschedule")
    former = _("from %(when)s, %(who)s") % {
        "when": _spoken(appointment),
        "who": appointment.practitioner.resource.name,
    }
    length = appointment.ends_at - appointment.starts_at
    visit = Span(starts_at.astimezone(datetime.UTC), starts_at.astimezone(datetime.UTC) + length)
    on = timezone.localdate(visit.starts, timezone=appointment.branch.zone)
    packages.check_move(appointment_id=appointment.pk, on=on)
    lanes = _take_place(appointment, practitioner or appointment.practitioner, visit)
    _release_holds(appointment)
    appointment.starts_at, appointment.ends_at = visit
    _save(appointment, "starts_at", "ends_at", "practitioner")
    _hold(appointment, lanes, visit)
    _remember(by, appointment, "reschedule", appointment.status, former, event="appointment.rescheduled")
    return appointment


def _locked(appointment: Appointment) -> Appointment:
    """The appointment as it is now, its customer's row and its own locked."""
    lock_row(Customer, appointment.customer_id)
    rows = Appointment.objects.select_related(
        "branch", "customer", "treatment", "practitioner__resource", "practitioner__user"
    )
    return rows.select_for_update(of=("self",), no_key=True).get(pk=appointment.pk)


def _guard(appointment: Appointment, verb: str) -> None:
    reason = appointment.why_not(verb)
    if reason:
        raise Refusal(reason)


def _move(by: User, appointment: Appointment, verb: str, why: str = "", **values: Any) -> Appointment:
    """One step of the transition table: locked, asked, written, remembered, announced."""
    appointment = _locked(appointment)
    _guard(appointment, verb)
    former, appointment.status = appointment.status, Appointment.TRANSITIONS[verb][1]
    for name, value in values.items():
        setattr(appointment, name, value)
    _save(appointment, "status", *values)
    _remember(by, appointment, verb, former, why.strip(), event=EVENTS[verb])
    return appointment


def _save(appointment: Appointment, *fields: str) -> None:
    appointment.version += 1
    appointment.save(update_fields=["version", "updated_at", *fields])


def _remember(
    by: User, appointment: Appointment, verb: str, former: str, note: str = "", *, event: str
) -> None:
    StatusChange.objects.create(
        appointment=appointment,
        verb=verb,
        from_status=former,
        to_status=appointment.status,
        by=by,
        note=note[:200],
    )
    events.record(
        event,
        subject=appointment,
        by=by,
        branch_id=appointment.branch_id,
        customer_id=str(appointment.customer_id),
    )


def _check_wish(branch: Branch, customer: Customer, treatment: Treatment, session: Session | None) -> None:
    """What can't be booked whatever the time."""
    if not Branch.objects.filter(pk=branch.pk, is_active=True).exists():
        raise Refusal(
            _("%(branch)s is closed for good and takes no bookings.") % {"branch": branch.trade_name}
        )
    if not customer.is_active:
        raise Refusal(_("%(name)s is no longer an active customer.") % {"name": customer}, field="customer")
    if not treatment.is_active:
        raise Refusal(_("%(name)s is no longer on the menu.") % {"name": treatment}, field="what")
    if session is None:
        return
    if session.enrolment.customer_id != customer.pk:
        raise Refusal(_("That package belongs to another customer."), field="what")
    if session.enrolment.plan.treatment_id != treatment.pk:
        raise Refusal(_("That package is for another treatment."), field="what")


def _length(of: Treatment | int) -> datetime.timedelta:
    minutes = of if isinstance(of, int) else of.minutes
    if not SHORTEST <= minutes <= LONGEST:
        raise Refusal(
            _("A visit lasts %(shortest)s to %(longest)s minutes.")
            % {"shortest": SHORTEST, "longest": LONGEST},
            field="minutes",
        )
    return datetime.timedelta(minutes=minutes)


def _take_place(appointment: Appointment, practitioner: Practitioner, visit: Span) -> list[Lane]:
    """Queue for all resources that could serve, read everything again, and choose one of each kind.

    Sets the practitioner. Refuses with a sentence, and with the next free times where the time is only taken.
    """
    _queue(appointment, practitioner)
    appointment.practitioner = _fit_to_work(practitioner, appointment.branch)
    diary = _diary(appointment, visit)
    grace = WALK_IN_GRACE if appointment.is_walk_in else datetime.timedelta(0)
    reason = diary.why_closed(visit, timezone.now() - grace) or diary.why_taken(visit)
    if reason:
        raise Refusal(reason, field="time", offers=_offers(appointment, visit))
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


def _offers(appointment: Appointment, wish: Span) -> list[datetime.datetime]:
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


def _hold(appointment: Appointment, lanes: list[Lane], visit: Span) -> None:
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
        offers = _offers(appointment, visit)
        raise Refusal(_("Somebody else has just taken that time."), field="time", offers=offers) from None


def _release_holds(appointment: Appointment) -> None:
    appointment.holds.filter(released_at=None).update(released_at=timezone.now())


def _let_go(appointment: Appointment) -> Appointment:
    packages.release_session(appointment_id=appointment.pk)
    _release_holds(appointment)
    return appointment


def _consume(by: User, appointment: Appointment) -> None:
    wanted = [
        inventory.Wanted(item=each.item, quantity=each.quantity)
        for each in appointment.treatment.consumables.select_related("item").order_by("item_id")
    ]
    if wanted:
        inventory.take(
            by=by,
            branch=appointment.branch,
            wanted=wanted,
            kind=Movement.Kind.CONSUMPTION,
            cause_kind="appointment",
            cause_id=appointment.pk,
            today=timezone.localdate(timezone=appointment.branch.zone),
        )


def _note_last_visit(appointment: Appointment) -> None:
    """The latest day of all completed visits, derived again: a visit may be completed days later."""
    done = Appointment.objects.filter(customer=appointment.customer_id, status=Appointment.Status.COMPLETED)
    last = done.order_by("-starts_at").select_related("branch").first() or appointment
    day = timezone.localdate(last.starts_at, timezone=last.branch.zone)
    customers.note_standing(customer_id=appointment.customer_id, last_visit_on=day)


def _spoken(appointment: Appointment) -> str:
    return date_format(appointment.starts_at.astimezone(appointment.branch.zone), "D j M, H:i")
