"""What happens to a visit once it is booked: confirmed, arrived, treated, called off, missed."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.domain import queue
from appointments.models import Appointment
from appointments.places import release_holds
from appointments.steps import locked, move
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
def check_in(*, by: User, appointment: Appointment) -> Appointment:
    """The customer is here; only on the day of the visit."""
    appointment = move(by, appointment, "check_in", arrived_at=timezone.now())
    return queue.enter_if_due(by=by, appointment=appointment)


@transaction.atomic
def start(*, by: User, appointment: Appointment) -> Appointment:
    appointment = move(by, appointment, "start", started_at=timezone.now())
    queue.keep_up(by=by, appointment=appointment)
    return appointment


@transaction.atomic
def complete(*, by: User, appointment: Appointment, note: str) -> Appointment:
    """The treatment is done: its package session is counted, its consumables leave stock, the first to expire first.

    Refuses, and changes nothing, when it was completed before or when a consumable is not in stock. The hold stays:
    the time was used; unless all was done before that time began.
    """
    now = timezone.now()
    appointment = locked(appointment)
    begun: dict[str, Any] = {} if appointment.started_at else {"started_at": now}
    appointment = move(by, appointment, "complete", completed_at=now, visit_note=note.strip(), **begun)
    packages.complete_session(
        by=by, appointment_id=appointment.pk, practitioner=appointment.practitioner, note=note.strip()
    )
    queue.keep_up(by=by, appointment=appointment)
    _consume(by, appointment)
    if now < appointment.starts_at:
        release_holds(appointment)
    _note_last_visit(appointment)
    return appointment


@transaction.atomic
def cancel(*, by: User, appointment: Appointment, reason: str) -> Appointment:
    """Call a visit off, for a reason; its time and its package session are free again."""
    if not reason.strip():
        raise Refusal(_("Say why the visit is cancelled."), field="reason")
    appointment = move(by, appointment, "cancel", why=reason, cancel_reason=reason.strip())
    queue.keep_up(by=by, appointment=appointment)
    return _let_go(appointment)


@transaction.atomic
def mark_no_show(*, by: User, appointment: Appointment) -> Appointment:
    """The customer did not come; what is left of the time and the package session are free again."""
    return _let_go(move(by, appointment, "mark_no_show"))


def _let_go(appointment: Appointment) -> Appointment:
    packages.release_session(appointment_id=appointment.pk)
    release_holds(appointment)
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
