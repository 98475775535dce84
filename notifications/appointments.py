"""Who hears of an appointment's life: the customer, through the outbox."""

from appointments.models import Appointment
from clinic import events
from clinic.models import Event
from notifications import domain, texts
from notifications.models import Message


def listen() -> None:
    events.subscribe("appointment.booked", "message.booked", booked)
    events.subscribe("appointment.confirmed", "message.confirmed", confirmed)
    events.subscribe("appointment.rescheduled", "message.moved", moved)
    # Whoever is here, or will not come, needs no word about the time any more.
    for verb in ("cancelled", "checked_in", "missed"):
        events.subscribe(f"appointment.{verb}", "message.withdrawn", withdrawn)
    events.subscribe("appointment.completed", "alert.low_stock", used_up)


def booked(event: Event) -> None:
    """Unless a move has already spoken of it: events may arrive out of order."""
    appointment = _to_come(event)
    if (
        appointment
        and not Message.objects.of_appointment(appointment.pk).filter(kind=Message.Kind.BOOKED).exists()
    ):
        domain.tell_of_visit(
            appointment=appointment, kind=Message.Kind.BOOKED, text=texts.booked, occasion=str(event.pk)
        )


def confirmed(event: Event) -> None:
    if appointment := _to_come(event):
        domain.tell_of_visit(
            appointment=appointment, kind=Message.Kind.CONFIRMED, text=texts.confirmed, occasion=str(event.pk)
        )


def moved(event: Event) -> None:
    domain.withdraw(appointment_id=event.subject_id)
    if appointment := _to_come(event):
        domain.tell_of_visit(
            appointment=appointment, kind=Message.Kind.BOOKED, text=texts.moved, occasion=str(event.pk)
        )


def withdrawn(event: Event) -> None:
    domain.withdraw(appointment_id=event.subject_id)


def used_up(event: Event) -> None:
    domain.raise_low_stock_after(cause_kind="appointment", cause_id=event.subject_id)


def _to_come(event: Event) -> Appointment | None:
    """The appointment while a word about its time makes sense; a walk-in is here already."""
    to_come = [Appointment.Status.SCHEDULED, Appointment.Status.CONFIRMED]
    return (
        Appointment.objects.select_related("branch", "customer", "treatment", "practitioner__resource")
        .filter(pk=event.subject_id, status__in=to_come, is_walk_in=False)
        .first()
    )
