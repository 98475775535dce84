"""A branch's queues as they stand now: who is inside, called, waiting in order, skipped; and who has no token yet."""

import datetime
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from appointments import queue
from appointments.models import Appointment, BookingRules, Hold, QueueEntry
from clinic.models import Branch
from staff.models import Practitioner

Status = QueueEntry.Status
OPEN = (Status.WAITING, Status.CALLED, Status.IN_CONSULTATION, Status.SKIPPED)
#: Those who have left the line towards a door; in this order they were called.
GONE_IN = (Status.CALLED, Status.IN_CONSULTATION, Status.COMPLETED, Status.SKIPPED)
BESIDE_THE_ROW = (
    "appointment__branch", "appointment__customer", "appointment__treatment", "appointment__sitting",
    "appointment__practitioner__resource", "queue",
)  # fmt: skip


@dataclass
class Line:
    """One practitioner's queue of today."""

    practitioner: Practitioner
    inside: list[Appointment] = field(default_factory=list)
    called: list[QueueEntry] = field(default_factory=list)
    waiting: list[QueueEntry] = field(default_factory=list)
    skipped: list[QueueEntry] = field(default_factory=list)
    arrivals: list[Appointment] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.inside or self.called or self.waiting or self.skipped or self.arrivals)

    def ahead_of(self, entry: QueueEntry) -> int:
        """How many go in before somebody who waits."""
        return len(self.called) + next(
            (place for place, one in enumerate(self.waiting) if one.pk == entry.pk), 0
        )


@dataclass
class Floor:
    """All lines of a branch by the practitioner's id, and the customers who are called or inside somewhere."""

    lines: dict[UUID, Line]
    busy: set[UUID]


def today(branch: Branch) -> datetime.date:
    return timezone.localdate(timezone=branch.zone)


def read(branch: Branch, rules: BookingRules | None = None) -> Floor:
    """Two queries, whatever stands in the queues, and one for the branch's rules where they aren't given."""
    entries = list(
        QueueEntry.objects.filter(queue__branch=branch, queue__day=today(branch))
        .select_related(*BESIDE_THE_ROW)
        .order_by("joined_at", "id")
    )
    visits = list(_without_token(branch))
    rules = rules or BookingRules.of(branch)
    lines: dict[UUID, Line] = {}
    by_practitioner: dict[UUID, list[QueueEntry]] = {}
    for entry in entries:
        by_practitioner.setdefault(entry.queue.practitioner_id, []).append(entry)
    for practitioner_id, mine in by_practitioner.items():
        lines[practitioner_id] = _line(mine, rules.priority_every)
    for visit in visits:
        line = lines.setdefault(visit.practitioner_id, Line(visit.practitioner))
        (line.arrivals if visit.status == Appointment.Status.ARRIVED else line.inside).append(visit)
    at_a_door = (Status.CALLED, Status.IN_CONSULTATION)
    busy = {entry.appointment.customer_id for entry in entries if entry.status in at_a_door}
    return Floor(lines, busy | {visit.customer_id for line in lines.values() for visit in line.inside})


def _without_token(branch: Branch) -> Any:
    """Today's visits of people who are here, or inside, without a place in a queue."""
    here = Appointment.objects.for_day(today(branch), branch).filter(
        status__in=[Appointment.Status.ARRIVED, Appointment.Status.IN_CONSULTATION]
    )
    free = Q(queue_entry__isnull=True) | ~Q(queue_entry__status__in=OPEN)
    rows = here.filter(free).select_related(
        "customer", "treatment", "practitioner__resource", "branch", "queue_entry", "sitting"
    )
    return rows.order_by("arrived_at", "id")


def _line(entries: list[QueueEntry], every: int) -> Line:
    """The entries of one practitioner and day, by arrival, put into their places."""
    line = Line(entries[0].appointment.practitioner)
    for entry in entries:
        if entry.status == Status.CALLED:
            line.called.append(entry)
        elif entry.status == Status.IN_CONSULTATION:
            entry.appointment.queue_entry = entry
            line.inside.append(entry.appointment)
        elif entry.status == Status.SKIPPED:
            line.skipped.append(entry)
    line.called.sort(key=lambda one: one.updated_at, reverse=True)
    line.waiting = _in_order(entries, every)
    return line


def _in_order(entries: list[QueueEntry], every: int) -> list[QueueEntry]:
    gone = sorted((one for one in entries if one.status in GONE_IN), key=_went_in)
    waiting = {one.pk: one for one in entries if one.status == Status.WAITING}
    found = queue.order(
        [_waiting(one, gone) for one in waiting.values()],
        every=every,
        since=queue.others_since_priority([one.appointment.priority for one in gone]),
    )
    return [waiting[one.key] for one in found]


def _went_in(entry: QueueEntry) -> datetime.datetime:
    return entry.called_at or entry.appointment.started_at or entry.joined_at


def _waiting(entry: QueueEntry, gone: list[QueueEntry]) -> queue.Waiting:
    visit = entry.appointment
    return queue.Waiting(
        key=entry.pk,
        priority=visit.priority,
        joined_at=entry.joined_at,
        serial=(visit.sitting.starts_at, visit.serial) if visit.sitting and visit.serial else None,
        # Only somebody who was called and skipped waits with a call behind them.
        passed=sum(_went_in(one) > entry.joined_at for one in gone) if entry.call_count else None,
    )


def consultations(practitioner: Practitioner, branch: Branch) -> list[datetime.timedelta]:
    """How long each of today's completed visits took, where its beginning was noted apart from its end."""
    done = Appointment.objects.for_day(today(branch), branch).filter(
        practitioner=practitioner, completed_at__gt=F("started_at")
    )
    return [ends - begins for begins, ends in done.values_list("started_at", "completed_at")]


def rooms(visits: list[Appointment]) -> dict[UUID, str]:
    """The name of the room each visit holds, by the visit's id, where it holds one."""
    held = Hold.objects.filter(
        appointment_id__in=[visit.pk for visit in visits], released_at=None, resource__kind="room"
    )
    return dict(held.values_list("appointment_id", "resource__name"))
