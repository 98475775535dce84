"""What is asked of the calendar: an ask per visit, or per part of a visit, and who answers for a refusal."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import availability
from appointments.models import Appointment, BookingRules, Offer, Sitting
from appointments.slots import Span
from clinic.models import Branch, Resource
from clinic.refusals import Refusal
from packages.models import Session
from staff.models import Practitioner, User


class Claim(NamedTuple):
    """A resource taken for `visit`; `during` is that with its buffers. `whole` is the visit this is a part of."""

    resource_id: UUID
    visit: Span
    during: Span
    whole: UUID


@dataclass(eq=False)
class Ask:
    """One visit, or one part of one, on its way to a place; the lower half is filled in under the locks.

    `starts_at` may be missing where the time follows from a serial number; `day` is the branch's local one. `minutes`
    is the length asked for, else a slot's of the sitting, else `usual_minutes`, else the treatment's.
    `room` is a room or device it shall use, `former` are the resources it has used so far. `not_before` is given for
    a visit brought back, which may have begun; `after` is the part before, which this one follows without a gap.
    """

    appointment: Appointment
    practitioner: Practitioner
    starts_at: datetime.datetime | None
    day: datetime.date
    minutes: int | None = None
    usual_minutes: int | None = None
    session: Session | None = None
    room: Resource | None = None
    former: frozenset[UUID] = frozenset()
    name: str = ""
    not_before: datetime.datetime | None = None
    after: "Ask | None" = None

    diary: availability.Diary = field(init=False)
    visit: Span = field(init=False)
    sitting: Sitting | None = field(init=False, default=None)
    serial: int | None = field(init=False, default=None)
    is_waitlisted: bool = field(init=False, default=False)
    slots: list[Span] = field(init=False, default_factory=list)
    claims: list[Claim] = field(init=False, default_factory=list)

    @property
    def own_minutes(self) -> int | None:
        """For a time of its own; None: the treatment's."""
        return self.usual_minutes if self.minutes is None else self.minutes

    @property
    def whole(self) -> UUID:
        return self.appointment.first_part_id or self.appointment.pk

    @property
    def is_here_now(self) -> bool:
        return self.appointment.is_walk_in or self.is_squeezed_in

    @property
    def is_squeezed_in(self) -> bool:
        """Whether it takes place beside booked visits."""
        return self.appointment.priority in (Appointment.Priority.URGENT, Appointment.Priority.EMERGENCY)

    def settle(self) -> None:
        """Write into the appointment what was found."""
        visit = self.appointment
        visit.practitioner = self.practitioner
        visit.starts_at, visit.ends_at = self.visit
        visit.sitting, visit.serial = self.sitting, self.serial
        if self.is_waitlisted:
            visit.status = Appointment.Status.WAITLISTED


class Conflict(NamedTuple):
    """One date of a series that can't be had: its position in the list from 0, why, and what else is free."""

    position: int
    starts_at: datetime.datetime | None
    why: str
    offers: list[datetime.datetime]


@dataclass(eq=False)
class Batch:
    """Asks that are booked or moved together, all or none.

    Where it `gathers`, a refusal of one doesn't keep the others from being looked at, so that all are told at once.
    """

    by: User
    branch: Branch
    asks: list[Ask]
    gathers: bool = False
    despite_overlap: bool = False
    offer: Offer | None = None
    refused: dict[Ask, Refusal] = field(default_factory=dict)

    @cached_property
    def rules(self) -> BookingRules:
        return BookingRules.of(self.branch)

    @property
    def left(self) -> list[Ask]:
        """Those that nothing was found against so far."""
        return [ask for ask in self.asks if ask not in self.refused]

    @contextmanager
    def answering(self, ask: Ask) -> Iterator[None]:
        """A refusal in here is that of `ask`: gathered, or told with the part's name."""
        try:
            yield
        except Refusal as refusal:
            if self.gathers:
                self.refused[ask] = refusal
                return
            if ask.name:
                words = {"part": ask.name, "why": refusal.message}
                refusal.message = _("%(part)s: %(why)s") % words
                refusal.args = (refusal.message,)
            raise

    @property
    def conflicts(self) -> list[Conflict]:
        return [
            Conflict(position, ask.starts_at, self.refused[ask].message, self.refused[ask].offers)
            for position, ask in enumerate(self.asks)
            if ask in self.refused
        ]


def diary_of(ask: Ask) -> availability.Diary:
    """Of the wished day, on a ground that other times can be offered from too."""
    wish = availability.PartWish(ask.appointment.treatment, ask.practitioner, ask.own_minutes, ask.room)
    ground = availability.survey(ask.appointment.branch, [wish], ask.day, availability.DAYS_AHEAD)
    return availability.diaries(ground, [wish], [(ask.day, 1)])[0]


def next_free(ask: Ask, not_before: datetime.datetime | None = None) -> list[datetime.datetime]:
    """The next free times after the one wished for, or from now on if that has passed."""
    later = max(filter(None, [ask.starts_at, not_before, timezone.now()]))
    first = max(ask.day, timezone.localdate(later, timezone=ask.appointment.branch.zone))
    wish, days, ground = ask.diary.wish, availability.DAYS_AHEAD, ask.diary.ground
    if not ground.covers(first, days):
        ground = availability.survey(ask.appointment.branch, [wish], first, days)
    return [free.starts_at for free in availability.soonest(ground, [wish], first, days, later)]
