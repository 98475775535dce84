"""The queue: giving a token, calling, calling again, skipping, going first.

All queues of a branch stand in one line for changes (`_line_up`): two desks can't call one person to two doors, and
whatever two of them do crosswise, neither waits for the other in a ring. It comes after resources and before batches in
the order of locks; what decides is read again under it.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import floor
from appointments.models import Appointment, BookingRules, QueueDay, QueueEntry, Sitting
from appointments.models.rules import new_display_key
from appointments.steps import locked, move, remember, save
from clinic import events
from clinic.locks import lock_resources
from clinic.models import Branch
from clinic.plain import plain
from clinic.refusals import Refusal
from staff.models import Practitioner, User

Status = QueueEntry.Status
#: What a place in the queue becomes when the visit stands so.
FOLLOWS = {
    Appointment.Status.IN_CONSULTATION: Status.IN_CONSULTATION,
    Appointment.Status.COMPLETED: Status.COMPLETED,
    Appointment.Status.CANCELLED: Status.LEFT,
    Appointment.Status.NO_SHOW: Status.LEFT,
    Appointment.Status.SCHEDULED: Status.LEFT,
}


@transaction.atomic
def enter_queue(*, by: User, appointment: Appointment) -> QueueEntry:
    """Give somebody who has arrived a token in their practitioner's queue of today.

    The token is the visit's serial number where it has one (a second sitting of the day puts its own number before it,
    "2-7"), "P3" for priority and emergencies, "A5" for others; none is given twice on a day.
    """
    appointment = move(by, appointment, "enter_queue")
    _line_up(appointment.branch)
    queue, _made = QueueDay.objects.get_or_create(
        practitioner=appointment.practitioner,
        day=floor.today(appointment.branch),
        defaults={"branch": appointment.branch},
    )
    former = QueueEntry.objects.filter(appointment=appointment).first()
    entry = former or QueueEntry(appointment=appointment)
    entry.token = _token(queue, appointment, former)
    entry.queue, entry.status, entry.joined_at = queue, Status.WAITING, timezone.now()
    entry.called_at, entry.call_count = None, 0
    entry.version += 1 if former else 0
    entry.save()
    entry.appointment = appointment
    return entry


@transaction.atomic
def call(
    *, by: User, entry: QueueEntry | None = None, practitioner: Practitioner | None = None
) -> QueueEntry:
    """Call the next one to `practitioner`, or `entry`, who waits. Nobody is called to two doors.

    Who is called or inside somewhere else is passed over when the next one is called, and refused when chosen.
    """
    doctor = practitioner if entry is None else entry.queue.practitioner
    if doctor is None:
        raise ValueError("Whom should be called, or by whom?")
    _check_available(doctor)
    branch = doctor.resource.branch
    _line_up(branch)
    now = floor.read(branch)
    waiting = now.lines[doctor.pk].waiting if doctor.pk in now.lines else []
    if entry is None:
        chosen = next((one for one in waiting if one.appointment.customer_id not in now.busy), None)
        if chosen is None:
            raise Refusal(_nobody(doctor, waiting))
    else:
        chosen = next((one for one in waiting if one.pk == entry.pk), None)
        if chosen is None:
            raise Refusal(_why_not(entry))
        _check_free(chosen, now)
    return _set(
        by, chosen, "called", Status.CALLED, called_at=timezone.now(), call_count=chosen.call_count + 1
    )


@transaction.atomic
def recall(*, by: User, entry: QueueEntry) -> QueueEntry:
    """Call again somebody who was called and hasn't come, also when they were skipped meanwhile."""
    _check_available(entry.queue.practitioner)
    entry = _again(entry, Status.CALLED, Status.SKIPPED)
    count = {"call_count": entry.call_count + 1}
    if entry.status == Status.CALLED:
        return _set(by, entry, "recalled", Status.CALLED, **count)
    _check_free(entry, floor.read(entry.queue.branch))
    return _set(by, entry, "recalled", Status.CALLED, called_at=timezone.now(), **count)


@transaction.atomic
def skip(*, by: User, entry: QueueEntry) -> QueueEntry:
    """Who was called didn't come: the next one can go in. `rejoin` or `recall` brings them back."""
    return _set(by, _again(entry, Status.CALLED), "skipped", Status.SKIPPED)


@transaction.atomic
def rejoin(*, by: User, entry: QueueEntry) -> QueueEntry:
    """Somebody skipped is back, and waits behind the next two."""
    return _set(by, _again(entry, Status.SKIPPED), "rejoined", Status.WAITING, joined_at=timezone.now())


@transaction.atomic
def prioritise(*, by: User, appointment: Appointment, priority: str, reason: str) -> Appointment:
    """Let a visit go before others, or take that back, for a reason that stays in its history.

    A branch may cap the priority visits of a practitioner and day; urgent ones and emergencies are never too many.
    """
    chosen = Appointment.Priority(priority)
    if not reason.strip():
        raise Refusal(_("Say why, in a few words."), field="reason")
    appointment = locked(appointment)
    if appointment.status not in Appointment.NOT_BEGUN:
        raise Refusal(_("Only a visit that has not begun can be put first."))
    if appointment.priority == chosen:
        raise Refusal(
            _("This visit is marked as %(priority)s already.") % {"priority": chosen.label.lower()},
            field="priority",
        )
    _line_up(appointment.branch)
    if chosen == Appointment.Priority.PRIORITY:
        _check_cap(appointment)
    appointment.priority, appointment.priority_reason = chosen, reason.strip()[:200]
    save(appointment, "priority", "priority_reason")
    note = f"{plain(chosen.label)}: {reason.strip()}"
    remember(by, appointment, "prioritise", appointment.status, note, event="appointment.prioritised")
    return appointment


def enter_if_due(*, by: User, appointment: Appointment) -> Appointment:
    """What checking in does here: a token at once where the branch says so, or the visit is part of a sitting.

    A later part of a visit waits until the parts before it are done.
    """
    due = appointment.sitting_id or BookingRules.of(appointment.branch).queues_on_check_in
    if not due or _parts(appointment, before=True).filter(status__in=_UNDER_WAY).exists():
        return appointment
    return enter_queue(by=by, appointment=appointment).appointment


def keep_up(*, by: User, appointment: Appointment) -> None:
    """The queue follows a visit that has begun, ended or been called off; a finished part hands on to the next one.

    Called inside the verb's transaction, when the visit's row is locked and written.
    """
    entry = QueueEntry.objects.filter(appointment=appointment, status__in=floor.OPEN).first()
    becomes = FOLLOWS.get(Appointment.Status(appointment.status))
    if entry and becomes:
        _line_up(appointment.branch)
        _write(entry, status=becomes)
    if appointment.status == Appointment.Status.COMPLETED:
        _hand_on(by, appointment)


@transaction.atomic
def renew_display(*, by: User, branch: Branch) -> BookingRules:
    """A new address for the waiting room's screen; the former one is good for nothing from now on."""
    rules, _made = BookingRules.objects.get_or_create(branch=branch)
    rules.display_key = new_display_key()
    rules.version += 1
    rules.save(update_fields=["display_key", "version", "updated_at"])
    events.record("queue.display_renewed", subject=rules, by=by, branch_id=branch.pk)
    return rules


_UNDER_WAY = (*Appointment.NOT_BEGUN, "in_consultation")


def _hand_on(by: User, appointment: Appointment) -> None:
    """The next part of the visit, where its person is here for it and somebody else gives it, joins that queue."""
    following = _parts(appointment, before=False).order_by("part_number").first()
    if (
        following
        and following.status == Appointment.Status.ARRIVED
        and following.practitioner_id != appointment.practitioner_id
    ):
        enter_queue(by=by, appointment=following)


def _parts(appointment: Appointment, *, before: bool) -> Any:
    """The other parts of the same visit that still stand, before this one or after it."""
    first = appointment.first_part_id or appointment.pk
    own = Appointment.objects.standing().filter(branch=appointment.branch_id)
    others = own.filter(pk=first) | own.filter(first_part=first)
    number = appointment.part_number
    return others.filter(part_number__lt=number) if before else others.filter(part_number__gt=number)


def _line_up(branch: Branch) -> None:
    lock_resources([branch.pk])


def _token(queue: QueueDay, appointment: Appointment, former: QueueEntry | None) -> str:
    if appointment.serial and appointment.sitting:
        same_day = Sitting.objects.filter(practitioner=queue.practitioner_id, day=appointment.sitting.day)
        place = same_day.filter(created_at__lte=appointment.sitting.created_at).count()
        return f"{appointment.serial}" if place < 2 else f"{place}-{appointment.serial}"
    if former and former.queue_id == queue.pk and former.token[0] in "AP":
        return former.token
    if appointment.priority == Appointment.Priority.NORMAL:
        queue.last_token += 1
        queue.save(update_fields=["last_token"])
        return f"A{queue.last_token}"
    queue.last_priority += 1
    queue.save(update_fields=["last_priority"])
    return f"P{queue.last_priority}"


def _again(entry: QueueEntry, *allowed: str) -> QueueEntry:
    """The entry of today as it is now, under the lock, where it stands as one of `allowed`."""
    _line_up(entry.queue.branch)
    entry = QueueEntry.objects.select_related(*floor.BESIDE_THE_ROW, "queue__branch").get(pk=entry.pk)
    if entry.status not in allowed or entry.queue.day != floor.today(entry.queue.branch):
        raise Refusal(_why_not(entry))
    return entry


def _why_not(entry: QueueEntry) -> str:
    entry = QueueEntry.objects.select_related("queue__branch").get(pk=entry.pk)
    if entry.queue.day != floor.today(entry.queue.branch):
        return _("Token %(token)s is of another day.") % {"token": entry.token}
    return {
        Status.WAITING: _("%(token)s has not been called yet."),
        Status.CALLED: _("%(token)s has been called already."),
        Status.IN_CONSULTATION: _("%(token)s is inside already."),
        Status.COMPLETED: _("%(token)s has been served already."),
        Status.SKIPPED: _("%(token)s was skipped. Call again, or put back in line."),
        Status.LEFT: _("%(token)s has left the queue."),
    }[Status(entry.status)] % {"token": entry.token}


def _nobody(doctor: Practitioner, waiting: list[QueueEntry]) -> str:
    if waiting:
        return _("Everybody who waits for %(name)s is with somebody else just now.") % {"name": doctor}
    return _("Nobody waits for %(name)s.") % {"name": doctor}


def _check_available(doctor: Practitioner) -> None:
    if not Practitioner.objects.filter(pk=doctor.pk, is_available=True).exists():
        raise Refusal(
            _("%(name)s is not available now, so nobody is called in. Switch them to available first.")
            % {"name": doctor}
        )


def _check_free(entry: QueueEntry, now: floor.Floor) -> None:
    if entry.appointment.customer_id in now.busy:
        raise Refusal(
            _("%(name)s is called or inside somewhere else just now.")
            % {"name": entry.appointment.customer.full_name}
        )


def _check_cap(appointment: Appointment) -> None:
    branch = appointment.branch
    cap = BookingRules.of(branch).priority_cap
    if cap is None:
        return
    day = timezone.localdate(appointment.starts_at, timezone=branch.zone)
    others = Appointment.objects.for_day(day, branch).standing().exclude(pk=appointment.pk)
    taken = others.filter(practitioner=appointment.practitioner, priority=Appointment.Priority.PRIORITY)
    if taken.count() >= cap:
        raise Refusal(
            _("%(name)s has %(count)s priority visits that day, as many as are allowed.")
            % {"name": appointment.practitioner, "count": cap},
            field="priority",
        )


def _set(by: User, entry: QueueEntry, verb: str, status: str, **values: Any) -> QueueEntry:
    _write(entry, status=status, **values)
    branch_id = entry.queue.branch_id
    events.record(f"queue.{verb}", subject=entry, by=by, branch_id=branch_id, token=entry.token)
    return entry


def _write(entry: QueueEntry, **values: Any) -> None:
    for name, value in values.items():
        setattr(entry, name, value)
    entry.version += 1
    entry.save(update_fields=[*values, "version", "updated_at"])
