"""What happens to a visit once it is booked: confirmed, arrived, treated, called off, missed, brought back."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import fees, offers, policies, sittings
from appointments.asks import Ask, Batch
from appointments.consulting import missing_parameter
from appointments.domain import queue
from appointments.models import Appointment
from appointments.places import release_holds, take, write_holds
from appointments.queries import let_go_by, other_parts
from appointments.steps import guard, locked, move
from clinic.refusals import Refusal
from customers import domain as customers
from inventory import domain as inventory
from inventory.models import Movement
from packages import domain as packages
from staff.models import User


@transaction.atomic
def confirm(*, by: User, appointment: Appointment) -> Appointment:
    """The customer has said that they will come."""
    return move(by, appointment, "confirm")


@transaction.atomic
def check_in(
    *, by: User, appointment: Appointment, chief_complaint: str = "", whole_visit: bool = False
) -> Appointment:
    """The customer is here; only on the day of the visit. `whole_visit`: for all its parts that wait for them."""
    said: dict[str, Any] = {"chief_complaint": chief_complaint.strip()} if chief_complaint.strip() else {}
    arrived = move(by, appointment, "check_in", arrived_at=timezone.now(), **said)
    arrived = queue.enter_if_due(by=by, appointment=arrived)
    if whole_visit:
        for part in other_parts(arrived, "check_in"):
            check_in(by=by, appointment=part, chief_complaint=chief_complaint)
    return arrived


@transaction.atomic
def undo_check_in(*, by: User, appointment: Appointment) -> Appointment:
    """The wrong press: the person isn't here yet."""
    appointment = move(by, appointment, "undo_check_in", arrived_at=None)
    queue.keep_up(by=by, appointment=appointment)
    return appointment


@transaction.atomic
def start(*, by: User, appointment: Appointment) -> Appointment:
    appointment = move(by, appointment, "start", started_at=timezone.now())
    queue.keep_up(by=by, appointment=appointment)
    return appointment


@transaction.atomic
def complete(*, by: User, appointment: Appointment, note: str) -> Appointment:
    """The treatment is done: its package session is counted, its consumables leave stock, the first to expire first.

    Refuses, and changes nothing, when it was completed before, when a required session parameter is missing or a
    consumable not in stock. The hold stays: the time was used; unless all was done before that time began. A paid
    consultation entitles to its free follow-ups.
    """
    now = timezone.now()
    appointment = locked(appointment)
    begun: dict[str, Any] = {} if appointment.started_at else {"started_at": now}
    appointment = move(by, appointment, "complete", completed_at=now, visit_note=note.strip(), **begun)
    _check_parameters(appointment)
    packages.complete_session(
        by=by, appointment_id=appointment.pk, practitioner=appointment.practitioner, note=note.strip()
    )
    queue.keep_up(by=by, appointment=appointment)
    _consume(by, appointment)
    if now < appointment.starts_at:
        release_holds(appointment)
    fees.grant_follow_ups(appointment=appointment)
    _note_last_visit(appointment)
    return appointment


@transaction.atomic
def cancel(*, by: User, appointment: Appointment, reason: str, whole_visit: bool = False) -> Appointment:
    """Call a visit off, for a reason; its time and its package session are free again. Late, it may cost a fee.

    `whole_visit`: with all its other parts that can still be called off.
    """
    if not reason.strip():
        raise Refusal(_("Say why the visit is cancelled."), field="reason")
    appointment = locked(appointment)
    if appointment.can("cancel"):
        policies.charge_late_cancel(by=by, appointment=appointment)
    if whole_visit:
        sittings.line_up([appointment, *other_parts(appointment, "cancel")])
    cancelled = _let_go(by, appointment, "cancel", reason, cancel_reason=reason.strip())
    if whole_visit:
        for part in other_parts(cancelled, "cancel"):
            cancel(by=by, appointment=part, reason=reason)
    return cancelled


@transaction.atomic
def mark_no_show(*, by: User, appointment: Appointment) -> Appointment:
    """The customer did not come; what is left of the time and the package session are free again."""
    missed = _let_go(by, appointment, "mark_no_show")
    policies.charge_no_show(by=by, appointment=missed)
    return missed


@transaction.atomic
def reinstate(*, by: User, appointment: Appointment) -> Appointment:
    """Bring back a visit that was cancelled or marked as missed: to its own time and package session, if both are
    still free. Otherwise refuses, with the next free times as offers."""
    appointment = locked(appointment)
    guard(appointment, "reinstate")
    gone = let_go_by(appointment)
    if gone is None or gone.from_status in Appointment.UNPLACED:
        raise Refusal(_("This visit never had a time of its own. Book a new one."))
    if gone.was_session:
        on = fees.day_of(appointment)
        packages.reserve_session(by=by, session=gone.was_session, appointment_id=appointment.pk, on=on)
    ask = _its_own_place(appointment)
    take(Batch(by, appointment.branch, [ask], despite_overlap=True))
    if ask.is_waitlisted:
        raise Refusal(_("That shift has no place left."))
    ask.settle()
    place = {name: getattr(appointment, name) for name in ("starts_at", "ends_at", "sitting", "serial")}
    back = move(by, appointment, "reinstate", cancel_reason="", **place)
    ask.appointment = back
    write_holds([ask])
    fees.take_again(by=by, appointment=back)
    return back


def _its_own_place(appointment: Appointment) -> Ask:
    """A shift by serial numbers settles the length itself."""
    local = appointment.starts_at.astimezone(appointment.branch.zone)
    minutes = None if appointment.sitting_id else appointment.minutes
    return Ask(appointment, appointment.practitioner, local, local.date(), minutes, not_before=local)


def _let_go(by: User, appointment: Appointment, verb: str, why: str = "", **values: Any) -> Appointment:
    """The step, and all that the visit had taken is free again; the history keeps which session that was."""
    appointment = locked(appointment)
    guard(appointment, verb)
    session = packages.release_session(appointment_id=appointment.pk)
    offers.let_go(by=by, appointment=appointment)
    appointment = move(by, appointment, verb, why, was={"was_session": session}, **values)
    release_holds(appointment)  # may lock the practitioner, who comes before the queue in the order of locks
    queue.keep_up(by=by, appointment=appointment)
    fees.give_back(by=by, appointment=appointment)
    return appointment


def _check_parameters(appointment: Appointment) -> None:
    missing = missing_parameter(appointment)
    if missing:
        raise Refusal(
            _("%(name)s has to be filled in before the visit can be completed.") % {"name": missing.name},
            field=f"parameter-{missing.pk}",
        )


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
