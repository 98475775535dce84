"""Who hears of an appointment's life: the customer, through the outbox."""

from django.db.models import QuerySet
from django.utils import timezone

from appointments.models import Appointment, FollowUp, Offer
from appointments.queries import parts_of
from clinic import events
from clinic.models import Event
from notifications import domain, texts
from notifications.models import Message, channels_of
from packages.models import Session

#: States of a part that is still to take place or takes place now.
OPEN = frozenset({"scheduled", "confirmed", "arrived", "in_queue", "in_consultation"})


def listen() -> None:
    events.subscribe("appointment.booked", "message.booked", booked)
    events.subscribe("appointment.confirmed", "message.confirmed", confirmed)
    events.subscribe("appointment.rescheduled", "message.moved", moved)
    # Whoever is here, or will not come, needs no word about the time any more.
    for verb in ("cancelled", "checked_in", "missed"):
        events.subscribe(f"appointment.{verb}", "message.withdrawn", withdrawn)
    events.subscribe("appointment.reinstated", "message.booked_again", booked_again)
    events.subscribe("appointment.completed", "message.completed", completed)
    events.subscribe("appointment.completed", "alert.low_stock", used_up)
    events.subscribe("follow_up.planned", "message.follow_up", follow_up)
    for verb in ("booked", "dropped"):
        events.subscribe(f"follow_up.{verb}", "message.follow_up_withdrawn", follow_up_withdrawn)
    events.subscribe("appointment.scheduled", "message.booked", booked)
    events.subscribe("offer.made", "message.offer", offered)
    for verb in ("accepted", "declined", "expired"):
        events.subscribe(f"offer.{verb}", "message.offer_withdrawn", offer_withdrawn)


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


def booked_again(event: Event) -> None:
    """Brought back: what was withdrawn is said anew."""
    if appointment := _to_come(event):
        domain.tell_of_visit(
            appointment=appointment, kind=Message.Kind.BOOKED, text=texts.booked, occasion=str(event.pk)
        )


def completed(event: Event) -> None:
    """A package's session has a message of its own; of several parts the last one done speaks for all."""
    rows = _visits().filter(pk=event.subject_id, status=Appointment.Status.COMPLETED)
    appointment = rows.first()
    if appointment is None or Session.objects.filter(appointment_id=appointment.pk).exists():
        return
    if any(part.status in OPEN for part in parts_of(appointment)):
        return
    asked = FollowUp.objects.open().filter(appointment=appointment).first()

    until = timezone.localdate(timezone=appointment.branch.zone) + domain.VISIT_WORTH_TELLING
    domain.tell_of_visit(
        appointment=appointment,
        kind=Message.Kind.COMPLETED,
        text=texts.completed,
        occasion=str(event.pk),
        until=until,
        comes_back_on=asked.due_on if asked else None,
    )


def follow_up(event: Event) -> None:
    asked = _follow_ups().filter(pk=event.subject_id).first()
    if asked and channels_of(asked.branch):
        domain.withdraw_follow_up(follow_up_id=asked.pk, but=asked.due_on)
        domain.tell_of_follow_up(follow_up=asked)


def follow_up_withdrawn(event: Event) -> None:
    domain.withdraw_follow_up(follow_up_id=event.subject_id)


def offered(event: Event) -> None:
    """Events may arrive out of order: of an offer that has ended nothing is said."""
    rows = Offer.objects.filter(pk=event.subject_id, status=Offer.Status.HELD)
    offer = rows.select_related("branch", "customer", "treatment", "practitioner__resource").first()
    if offer and channels_of(offer.branch):
        domain.tell_of_offer(offer=offer)


def offer_withdrawn(event: Event) -> None:
    domain.withdraw_offer(offer_id=event.subject_id)


def withdrawn(event: Event) -> None:
    domain.withdraw(appointment_id=event.subject_id)


def used_up(event: Event) -> None:
    domain.raise_low_stock_after(cause_kind="appointment", cause_id=event.subject_id)


def _to_come(event: Event) -> Appointment | None:
    """The appointment while a word about its time makes sense: a walk-in is here already, and who comes for several
    treatments is told once, of the first."""
    to_come = [Appointment.Status.SCHEDULED, Appointment.Status.CONFIRMED]
    found = _visits().filter(pk=event.subject_id, status__in=to_come, is_walk_in=False).first()
    if found and any(
        part.part_number < found.part_number and part.status in OPEN for part in parts_of(found)
    ):
        return None
    return found


def _visits() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("branch", "customer", "treatment", "practitioner__resource")


def _follow_ups() -> QuerySet[FollowUp]:
    visit = "appointment__"
    return FollowUp.objects.open().select_related(
        f"{visit}branch", f"{visit}customer", f"{visit}treatment", f"{visit}practitioner__resource"
    )
