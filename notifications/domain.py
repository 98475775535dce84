"""The verbs of the outbox and of alerts. Jobs act by themselves; what a person does names them.

Every row is inserted under the unique key of its occasion with ON CONFLICT DO NOTHING: a job that runs twice, two
workers at once and an event delivered again all leave one.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from appointments.models import Appointment, FollowUp, Offer
from appointments.queries import parts_of
from clinic import phones
from clinic.models import Branch
from clinic.refusals import Refusal
from customers.models import Customer
from inventory.models import Movement
from notifications import texts, writing
from notifications.models import Alert, Message, channels_of
from notifications.watches import (
    backups,
    discounts_asked,
    expiring,
    lapsing,
    leave_asked,
    low_stock,
    of_decision,
    of_leave,
)
from notifications.words import words_of
from packages.models import Enrolment, Session
from staff.models import TimeOff, User

FOLLOW_UP_AHEAD, FOLLOW_UP_AFTER = datetime.timedelta(days=3), datetime.timedelta(days=30)
VISIT_WORTH_TELLING = datetime.timedelta(days=3)  # thanks for a visit are pointless after that
SESSION_WORTH_TELLING = datetime.timedelta(days=3)  # a message about a session is pointless after that


def tell_of_visit(
    *, appointment: Appointment, kind: Message.Kind, text: Callable[[texts.Visit], str], occasion: str,
    until: datetime.date | None = None, comes_back_on: datetime.date | None = None,
) -> Message | None:  # fmt: skip
    """Put a message about an appointment in the outbox; None if that occasion has one already, or the branch has every
    channel off. It makes sense up to the day of the visit, or the day `until`."""
    if not channels_of(appointment.branch):
        return None
    facts = replace(_visit(appointment), comes_back_on=comes_back_on)
    body = _written(appointment.branch, appointment.customer, text, facts)
    starts_on = appointment.starts_at.astimezone(appointment.branch.zone).date()
    message = Message(
        branch=appointment.branch,
        customer=appointment.customer,
        kind=kind,
        key=f"{Message.key_of_appointment(appointment.pk)}{kind}:{occasion}",
        phone=appointment.customer.phone,
        body=body,
        send_from=_today(appointment.branch),
        send_until=until or starts_on,
    )
    return next(iter(writing.insert([message])), None)


def tell_of_follow_up(*, follow_up: FollowUp) -> Message:
    """The message that asks somebody to come back, from three days before the day on; the same one however often."""
    visit = follow_up.appointment
    _refuse_silence(visit.branch)
    key = f"follow-up:{follow_up.pk}:{follow_up.due_on:%Y%m%d}"
    facts = replace(_visit(visit), comes_back_on=follow_up.due_on)
    message = Message(
        branch=visit.branch,
        customer=visit.customer,
        kind=Message.Kind.FOLLOW_UP,
        key=key,
        phone=visit.customer.phone,
        body=_written(visit.branch, visit.customer, texts.follow_up, facts),
        send_from=follow_up.due_on - FOLLOW_UP_AHEAD,
        send_until=follow_up.due_on + FOLLOW_UP_AFTER,
    )
    writing.insert([message])
    Message.objects.filter(key=key, status=Message.Status.WITHDRAWN).update(status=Message.Status.WAITING)
    return Message.objects.get(key=key)


@transaction.atomic
def withdraw_follow_up(*, follow_up_id: UUID, but: datetime.date | None = None) -> int:
    """Take back what still waits to be said of a follow-up; what asks for the day `but` stays. Returns how many."""
    found = Message.objects.filter(
        key__startswith=f"follow-up:{follow_up_id}:", status=Message.Status.WAITING
    )
    if but:
        found = found.exclude(key__endswith=f":{but:%Y%m%d}")
    return found.update(status=Message.Status.WITHDRAWN)


def tell_of_offer(*, offer: Offer) -> Message:
    """The message that a time has become free; the same one however often."""
    _refuse_silence(offer.branch)
    zone, key = offer.branch.zone, f"offer:{offer.pk}"
    facts = texts.Offered(
        name=offer.customer.first_name,
        clinic=offer.branch.trade_name,
        phone=phones.shown(offer.branch.phone),
        treatment=offer.treatment.name,
        practitioner=str(offer.practitioner),
        starts_at=offer.starts_at.astimezone(zone),
        held_until=offer.held_until.astimezone(zone),
    )
    message = Message(
        branch=offer.branch,
        customer=offer.customer,
        kind=Message.Kind.OFFER,
        key=key,
        phone=offer.customer.phone,
        body=_written(offer.branch, offer.customer, texts.offered, facts),
        send_from=_today(offer.branch),
        send_until=facts.held_until.date(),
    )
    writing.insert([message])
    return Message.objects.get(key=key)


@transaction.atomic
def withdraw_offer(*, offer_id: UUID) -> int:
    """Take back what still waits to be said of an offer that has an answer, or none any more."""
    found = Message.objects.filter(key=f"offer:{offer_id}", status=Message.Status.WAITING)
    return found.update(status=Message.Status.WITHDRAWN)


def tell_of_progress(
    *, enrolment: Enrolment, kind: Message.Kind, text: Callable[[texts.Progress], str], number: int, remaining: int
) -> Message | None:  # fmt: skip
    """Put a message about a package's session in the outbox; None if that session has one already.

    One that was withdrawn with its session waits again when the session is done anew.
    """
    branch = enrolment.branch
    if not channels_of(branch):
        return None
    progress = texts.Progress(
        name=enrolment.customer.first_name,
        clinic=branch.trade_name,
        phone=phones.shown(branch.phone),
        package=enrolment.plan_name,
        number=number,
        of=enrolment.session_count,
        remaining=remaining,
    )
    today = _today(branch)
    message = Message(
        branch=branch,
        customer=enrolment.customer,
        kind=kind,
        key=_key_of_progress(enrolment.pk, kind, number),
        phone=enrolment.customer.phone,
        body=_written(branch, enrolment.customer, text, progress),
        send_from=today,
        send_until=today + SESSION_WORTH_TELLING,
    )
    if writing.insert([message]):
        return message
    again = Message.objects.filter(key=message.key, status=Message.Status.WITHDRAWN)
    again.update(
        status=Message.Status.WAITING, body=message.body, send_from=today, send_until=message.send_until
    )
    return None


def tell_of_session(*, session: Session) -> Message | None:
    """The message that a completed session is done, written now if no job has written it yet.

    None where the branch sends no messages.
    """
    enrolment = session.enrolment
    remaining = enrolment.session_count - enrolment.sessions.filter(status=Session.Status.COMPLETED).count()
    tell_of_progress(
        enrolment=enrolment, kind=Message.Kind.SESSION, text=texts.session, number=session.number, remaining=remaining
    )  # fmt: skip
    key = _key_of_progress(enrolment.pk, Message.Kind.SESSION, session.number)
    return Message.objects.filter(key=key).first()


def withdraw_session(*, enrolment_id: UUID, number: int) -> int:
    """Take back what still waits to be said of a session that was taken back. Returns how many."""
    keys = [
        _key_of_progress(enrolment_id, kind, number)
        for kind in (Message.Kind.SESSION, Message.Kind.NEARLY_DONE)
    ]
    found = Message.objects.filter(key__in=keys, status=Message.Status.WAITING)
    return found.update(status=Message.Status.WITHDRAWN)


def _key_of_progress(enrolment_id: UUID, kind: str, number: int) -> str:
    return f"enrolment:{enrolment_id}:{kind}:{number}"


@transaction.atomic
def withdraw(*, appointment_id: UUID) -> int:
    """Take back what still waits to be said of an appointment; what was sent stays. Returns how many."""
    return (
        Message.objects.of_appointment(appointment_id)
        .filter(status=Message.Status.WAITING)
        .update(status=Message.Status.WITHDRAWN)
    )


def remind_tomorrow(*, today: datetime.date | None = None) -> list[Message]:
    """Reminders of tomorrow's standing appointments at every branch; `today` is each branch's own unless given.

    Returns the messages that are new or waiting again, because an appointment came back to the time it once had.
    """
    made: list[Message] = []
    for branch in Branch.objects.filter(is_active=True):
        if channels_of(branch):
            made += _remind(branch, today or _today(branch))
    return made


@transaction.atomic
def _remind(branch: Branch, today: datetime.date) -> list[Message]:
    tomorrow = today + datetime.timedelta(days=1)
    # Locked, so that a cancellation under way is either seen here or withdraws afterwards what is written here.
    appointments = (
        Appointment.objects.for_day(tomorrow, branch)
        .filter(status__in=[Appointment.Status.SCHEDULED, Appointment.Status.CONFIRMED])
        .select_related("branch", "customer", "treatment", "practitioner__resource")
        .select_for_update(of=["self"], no_key=True)
        .order_by("id")
    )
    bodies = words_of(branch)
    messages = [_reminder(appointment, today, tomorrow, bodies) for appointment in _first_parts(appointments)]
    revived = Message.objects.filter(
        key__in=[message.key for message in messages], status=Message.Status.WITHDRAWN
    )
    again = [*revived]
    revived.update(status=Message.Status.WAITING)
    return writing.insert(messages) + again


def _first_parts(appointments: Iterable[Appointment]) -> list[Appointment]:
    """Who comes for several parts is told once, of the first of them."""
    first: dict[UUID, Appointment] = {}
    for part in sorted(appointments, key=lambda part: part.part_number, reverse=True):
        first[part.first_part_id or part.pk] = part
    return list(first.values())


def _reminder(
    appointment: Appointment, today: datetime.date, tomorrow: datetime.date, bodies: dict[tuple[str, str], str]
) -> Message:  # fmt: skip
    """Its occasion is the time and the practitioner: a move makes another."""
    occasion = f"{appointment.starts_at:%Y%m%dT%H%M}:{appointment.practitioner_id}"
    return Message(
        branch=appointment.branch,
        customer=appointment.customer,
        kind=Message.Kind.REMINDER,
        key=f"{Message.key_of_appointment(appointment.pk)}{Message.Kind.REMINDER}:{occasion}",
        phone=appointment.customer.phone,
        body=writing.in_language_of(appointment.customer, texts.reminder, _visit(appointment), bodies),
        send_from=today,
        send_until=tomorrow,
    )


@transaction.atomic
def mark_sent(*, by: User, message: Message, channel: str = Message.Channel.WHATSAPP) -> Message:
    """Note that a person opened the chat of that channel. Sent again later, it keeps its first time."""
    rows = Message.objects.select_related("branch", "customer").select_for_update(of=("self",))
    message = rows.get(pk=message.pk)
    if channel not in message.channels:
        raise Refusal(
            _("This branch sends nothing by %(channel)s; choose another way.")
            % {"channel": Message.Channel(channel).label}
        )
    if message.status == Message.Status.WITHDRAWN:
        raise Refusal(_("This message was withdrawn: the appointment it speaks of has changed."))
    if message.status == Message.Status.WAITING:
        message.status, message.sent_at, message.sent_by = Message.Status.SENT, timezone.now(), by
        message.channel = Message.Channel(channel)
        message.save(update_fields=["status", "sent_at", "sent_by", "channel"])
    return message


@transaction.atomic
def mark_not_sent(*, by: User, message: Message) -> Message:
    """Put a message back among those to send, because the chat was closed without sending it."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.status == Message.Status.SENT:
        message.status, message.sent_at, message.sent_by = Message.Status.WAITING, None, None
        message.channel = ""
        message.save(update_fields=["status", "sent_at", "sent_by", "channel"])
    return message


def raise_alerts(*, today: datetime.date | None = None) -> list[Alert]:
    """What every branch should look at today: batches about to expire, items under their threshold, packages about
    to lapse, discounts and leave that wait, backups that are missing or broken. Returns the alerts that are new today."""
    raised: list[Alert] = []
    for branch in Branch.objects.filter(is_active=True):
        day = today or _today(branch)
        watched = (low_stock, expiring, lapsing, discounts_asked, leave_asked, backups)
        raised += writing.insert([alert for watch in watched for alert in watch(branch, day)])
    return raised


def raise_low_stock_after(*, cause_kind: str, cause_id: UUID) -> list[Alert]:
    """Alert at once where the movements of one sale or visit took an item under its threshold."""
    moved = Movement.objects.filter(cause_kind=cause_kind, cause_id=cause_id)
    first = moved.select_related("branch").first()
    if first is None:
        return []
    items = set(moved.values_list("batch__item_id", flat=True))
    return writing.insert(low_stock(first.branch, _today(first.branch), items=items))


def raise_discounts_asked(*, branch: Branch) -> list[Alert]:
    """Tell whoever may agree to discounts at once; one that was decided today and is asked for anew is told anew."""
    today = _today(branch)
    waiting = discounts_asked(branch, today)
    keys = [alert.subject_id for alert in waiting]
    known = Alert.objects.filter(kind=Alert.Kind.DISCOUNT, subject_id__in=keys, raised_on=today)
    known.update(seen_at=None, seen_by=None)
    return writing.insert(waiting)


def settle_discount(*, invoice_id: UUID, by_id: UUID | None) -> int:
    """It has been decided: nobody else needs to look."""
    open_ones = Alert.objects.filter(kind=Alert.Kind.DISCOUNT, subject_id=invoice_id, seen_at=None)
    return open_ones.update(seen_at=timezone.now(), seen_by_id=by_id) if by_id else 0


def raise_leave_asked(*, leave: TimeOff, branch: Branch) -> list[Alert]:
    """Tell whoever may approve leave at the branch; raised again each day that it waits (`watches.leave_asked`)."""
    return writing.insert([of_leave(branch, _today(branch), leave)])


def settle_leave(*, leave: TimeOff, branch: Branch, by_id: UUID) -> list[Alert]:
    """Nobody else needs to look; the person hears how it was decided, unless they took it back themselves."""
    open_ones = Alert.objects.filter(kind=Alert.Kind.LEAVE, subject_id=leave.pk, seen_at=None)
    open_ones.update(seen_at=timezone.now(), seen_by_id=by_id)
    if leave.status not in (TimeOff.Status.APPROVED, TimeOff.Status.REJECTED):
        return []
    return writing.insert([of_decision(branch, _today(branch), leave)])


@transaction.atomic
def mark_seen(*, by: User, alert: Alert) -> Alert:
    """Note who looked at an alert; it stays quiet for the rest of the day."""
    Alert.objects.filter(pk=alert.pk, seen_at=None).update(seen_at=timezone.now(), seen_by=by)
    alert.refresh_from_db()
    return alert


def _visit(appointment: Appointment) -> texts.Visit:
    return texts.Visit(
        name=appointment.customer.first_name,
        clinic=appointment.branch.trade_name,
        phone=phones.shown(appointment.branch.phone),
        treatment=_treatments(appointment),
        practitioner=str(appointment.practitioner),
        starts_at=appointment.starts_at.astimezone(appointment.branch.zone),
        number=appointment.number,
        serial=appointment.serial,
    )


def _treatments(appointment: Appointment) -> str:
    """Of a visit with several parts those that stand, in order."""
    gone = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)
    parts = [part for part in parts_of(appointment) if part.status not in gone]
    return get_text_list([part.treatment.name for part in parts], _("and")) or appointment.treatment.name


def _refuse_silence(branch: Branch) -> None:
    if not channels_of(branch):
        raise Refusal(
            _("This branch sends no messages; an administrator can switch them on in the settings.")
        )


def _written(branch: Branch, customer: Customer, text: Callable[[Any], str], facts: Any) -> str:
    return writing.in_language_of(customer, text, facts, words_of(branch))


def _today(branch: Branch) -> datetime.date:
    return timezone.localdate(timezone=branch.zone)
