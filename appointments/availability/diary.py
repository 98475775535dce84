"""When a practitioner can give a treatment, and why another time is closed. The arithmetic is in `days` and `slots`."""

import dataclasses
import datetime
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from appointments import slots
from appointments.availability import words
from appointments.availability.clock import local_day, midnight
from appointments.availability.needs import Needs, Sits, Taken
from appointments.availability.rota import ONE_DAY, Rota
from appointments.days import Closed, Day
from appointments.slots import Lane, Span, Window
from clinic.models import Branch, Resource
from packages.models import Treatment
from staff.models import Practitioner, Shift

OFFERS = 6


@dataclass(frozen=True)
class PartWish:
    """A treatment with somebody, of so many minutes, else the treatment's own; in this room and no other, if named."""

    treatment: Treatment
    practitioner: Practitioner
    minutes: int | None = None
    room: Resource | None = None

    @property
    def length(self) -> datetime.timedelta:
        return datetime.timedelta(minutes=self.treatment.minutes if self.minutes is None else self.minutes)


@dataclass(frozen=True)
class Group:
    """Resources of one kind of which a visit holds one. `names` are for sentences; empty when none is in service."""

    kind: str
    lanes: tuple[Lane, ...]
    names: tuple[str, ...]
    out: tuple[tuple[Span, str], ...] = ()


@dataclass(frozen=True)
class Ground:
    """What stands for all diaries of some local days from `first` on: hours, needs, who may give what, what is out of
    service. `reach` is how far before and after a day holds are in the way of visits that begin on it."""

    first: datetime.date
    days: int
    rota: Rota
    needs: dict[UUID, Needs]
    performers: dict[UUID, dict[UUID, tuple[str, UUID]]]
    out: dict[UUID, list[tuple[Span, str]]]
    reach: tuple[datetime.timedelta, datetime.timedelta]

    def covers(self, first: datetime.date, days: int) -> bool:
        return self.first <= first and first + days * ONE_DAY <= self.first + self.days * ONE_DAY

    def may_give(self, practitioner: Practitioner, treatment: Treatment) -> bool:
        named = self.performers.get(treatment.pk)
        return named is None or practitioner.pk in named


@dataclass(frozen=True)
class Booked:
    """What is booked already: holds, and by practitioner the starts of standing visits and the sittings."""

    taken: Taken
    visits: dict[UUID, list[datetime.datetime]]
    sittings: dict[UUID, list[Sits]]


@dataclass(frozen=True)
class Diary:
    """All that decides about the times of one practitioner and one treatment over some local days from `first` on.

    Times go in as any aware datetimes and come out in the branch's local time.
    """

    wish: PartWish
    first: datetime.date
    days: int
    ground: Ground
    booked: Booked
    groups: tuple[Group, ...] = ()
    _known: dict[datetime.date, Day] = field(default_factory=dict, compare=False)

    @property
    def branch(self) -> Branch:
        return self.ground.rota.branch

    @property
    def practitioner(self) -> Practitioner:
        return self.wish.practitioner

    @property
    def treatment(self) -> Treatment:
        return self.wish.treatment

    @property
    def length(self) -> datetime.timedelta:
        return self.wish.length

    @property
    def lanes(self) -> list[tuple[Lane, ...]]:
        """By kind, the practitioner first; a lane knows by itself what the shift of a visit asks for."""
        return [group.lanes for group in self.groups]

    def day(self, day: datetime.date) -> Day:
        if day not in self._known:
            self._known[day] = self._day(day)
        return self._known[day]

    def _day(self, day: datetime.date) -> Day:
        rota, who, zone = self.ground.rota, self.practitioner, self.branch.zone
        whole = Span(midnight(day, zone), midnight(day + ONE_DAY, zone))
        starts = [at for at in self.booked.visits.get(who.pk, ()) if whole.has(at)]
        return Day(
            house=rota.house(day),
            windows=tuple(self._counted(window, starts) for window in rota.windows(who, day)),
            away=tuple(away.span for away in rota.away(who, day)),
            is_holiday=day in rota.holidays,
            is_single=rota.has_day_hours(who, day),
            cap=who.daily_cap,
            house_cap=rota.rules.daily_cap,
            taken=len(starts),
        )

    def _counted(self, window: Window, starts: list[datetime.datetime]) -> Window:
        if window.is_shared:
            # Where the hours of a shift were changed, the sitting is the one that met in them before.
            sits = self.booked.sittings.get(self.practitioner.pk, ())
            mine = next((each for each in sits if each.span.overlaps(window.span)), None)
            return (
                dataclasses.replace(window, last_serial=mine.last_serial, taken=mine.taken)
                if mine
                else window
            )
        if window.cap is None:
            return window
        return dataclasses.replace(window, taken=sum(map(window.span.has, starts)))

    def window_at(self, moment: datetime.datetime) -> Window | None:
        """The shift that a visit beginning then belongs to, with what is booked in it."""
        return self.day(local_day(moment, self.branch.zone)).window_at(moment)

    def shift_at(self, moment: datetime.datetime) -> Shift | None:
        """The row of that shift: of single days where a date has any, else of the weekly hours."""
        window = self.window_at(moment)
        return window.row if window else None

    def free_on(self, day: datetime.date, not_before: datetime.datetime) -> list[datetime.datetime]:
        """Free times of a local day. In a slot shift those of its grid; in a serial shift the one that the next number
        is asked to come at; in a queue its beginning, or this minute if it has begun."""
        if self.why_never:
            return []
        zone = self.branch.zone
        starts = self.day(day).free(self.length, self.lanes, not_before.astimezone(datetime.UTC))
        return [start.astimezone(zone) for start in starts]

    def next_free(self, not_before: datetime.datetime, count: int = OFFERS) -> list[datetime.datetime]:
        """The first `count` free times of the days read."""
        found: list[datetime.datetime] = []
        for offset in range(self.days):
            found += self.free_on(self.first + offset * ONE_DAY, not_before)
            if len(found) >= count:
                break
        return found[:count]

    @property
    def why_never(self) -> str | None:
        """A sentence if this practitioner gives this treatment at no time at all, or not in that room."""
        who, named = self.practitioner, self.ground.performers.get(self.treatment.pk)
        if not (who.resource.is_active and who.user.is_active):
            return _("%(name)s takes no bookings at this branch.") % {"name": who}
        if named is not None and who.pk not in named:
            here = [name for name, branch in named.values() if branch == self.branch.pk]
            return words.not_among(who, self.treatment, here)
        return self._why_not_that_room()

    def _why_not_that_room(self) -> str | None:
        room = self.wish.room
        if room is None:
            return None
        if not room.is_active or room.branch_id != self.branch.pk:
            return _("%(name)s is not in use at this branch.") % {"name": room}
        fit = self.ground.needs[self.treatment.pk].get(room.kind)
        if fit is not None and room.pk not in {each.pk for each in fit}:
            return _("%(name)s is not fitted out for %(treatment)s.") % {
                "name": room,
                "treatment": self.treatment,
            }
        return None

    def why_closed(self, visit: Span, not_before: datetime.datetime) -> str | None:
        """A sentence for somebody who wants a time that is not open; None when it is open, booked or not."""
        if self.why_never:
            return self.why_never
        visit = visit.utc
        date = local_day(visit.starts, self.branch.zone)
        reason = self.day(date).why_closed(visit, not_before)
        return None if reason is None else self._sentence(reason, date, visit)

    def why_taken(self, visit: Span) -> str | None:
        """A sentence naming the first resource that is not to be had; None when all are free."""
        visit = visit.utc
        for group in self.groups:
            if not any(lane.fits(visit) for lane in group.lanes):
                wanted = group.lanes[0].around(visit) if group.lanes else visit
                out = next((reason for span, reason in group.out if span.overlaps(wanted)), None)
                return words.taken(group.kind, group.names, out)
        return None

    def visit_at(self, start: datetime.datetime) -> Span:
        """A visit of the length read that begins then, in UTC."""
        starts = start.astimezone(datetime.UTC)
        return Span(starts, starts + self.length)

    def is_free(self, start: datetime.datetime, not_before: datetime.datetime) -> bool:
        """Whether a visit could begin then, on the grid or not."""
        visit = self.visit_at(start)
        return self.why_closed(visit, not_before) is None and slots.pick(visit, self.lanes) is not None

    def _sentence(self, reason: Closed, date: datetime.date, visit: Span) -> str:
        away = next(
            (a for a in self.ground.rota.away(self.practitioner, date) if a.span.overlaps(visit)), None
        )
        place = words.Place(
            self.branch, self.practitioner, date, self.ground.rota.holidays.get(date, ""), away
        )
        return words.closed(reason, self.day(date), visit, place)
