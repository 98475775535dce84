"""Who works when: opening hours, shifts, days off. Read in a fixed number of queries for any days and people."""

import datetime
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments import slots
from appointments.availability.clock import instant, midnight
from appointments.models import BookingRules
from appointments.slots import Hours, Span, Window
from clinic.models import Branch, BranchHours, Holiday
from staff.models import DayHours, Practitioner, Shift, TimeOff, WeeklyHours

SHORTEST_STEP = 5  # minutes; the rows of the day board
ONE_DAY = datetime.timedelta(days=1)


class Away(NamedTuple):
    """A stretch of a day somebody has off. `label` is for everybody's eyes: it says that, not why."""

    span: Span
    label: str
    off: TimeOff


@dataclass
class Rota:
    """The hours of a branch and of some of its practitioners over some days."""

    branch: Branch
    rules: BookingRules
    house_rows: tuple[BranchHours, ...]
    holidays: dict[datetime.date, str]
    weekly: dict[UUID, list[WeeklyHours]] = field(default_factory=dict)
    single: dict[tuple[UUID, datetime.date], list[DayHours]] = field(default_factory=dict)
    off: dict[UUID, list[TimeOff]] = field(default_factory=dict)

    @property
    def rows(self) -> list[Shift]:
        """All shifts read, of whichever day."""
        return [*itertools.chain(*self.weekly.values()), *itertools.chain(*self.single.values())]

    @property
    def has_shared(self) -> bool:
        """Whether anybody gives out numbers, or keeps a queue, in any of the shifts."""
        return any(row.mode != Shift.Mode.SLOT for row in self.rows)

    def house(self, day: datetime.date) -> Hours:
        """Opening hours; a holiday is told apart from them."""
        return house_hours(self.house_rows, day, self.branch.zone)

    def shifts(self, practitioner: Practitioner, day: datetime.date) -> list[Shift]:
        """The shifts of a day as planned, by their start: those of that date alone, else the weekly ones valid then."""
        single = self.single.get((practitioner.pk, day))
        if single:
            return list(single)
        return list(_valid(self.weekly.get(practitioner.pk, ()), day))

    def has_day_hours(self, practitioner: Practitioner, day: datetime.date) -> bool:
        return (practitioner.pk, day) in self.single

    def windows(self, practitioner: Practitioner, day: datetime.date) -> tuple[Window, ...]:
        """The shifts as the arithmetic wants them; those that a change of clocks leaves nothing of are left out."""
        found = (_window(row, day, self.branch) for row in self.shifts(practitioner, day))
        return tuple(window for window in found if window.span.starts < window.span.ends)

    def away(self, practitioner: Practitioner, day: datetime.date) -> list[Away]:
        """What the practitioner has off, approved, by its start."""
        rows = [row for row in self.off.get(practitioner.user_id, ()) if row.first_day <= day <= row.last_day]
        return sorted((self._away(row, day) for row in rows), key=lambda away: away.span)

    def _away(self, off: TimeOff, day: datetime.date) -> Away:
        zone = self.branch.zone
        noon = instant(day, self.rules.half_day_at, zone)
        whole = Span(midnight(day, zone), midnight(day + ONE_DAY, zone))
        if off.part == TimeOff.Part.MORNING:
            return Away(Span(whole.starts, noon), _("Morning off"), off)
        if off.part == TimeOff.Part.AFTERNOON:
            return Away(Span(noon, whole.ends), _("Afternoon off"), off)
        if off.last_day == day:
            return Away(whole, _("On leave"), off)
        return Away(whole, _("On leave until %(day)s") % {"day": date_format(off.last_day, "j M")}, off)

    def hours(self, practitioner: Practitioner, day: datetime.date) -> Hours:
        """Working time without what is taken off, whatever the house's hours."""
        windows = self.windows(practitioner, day)
        open_ = slots.subtract(
            [window.span for window in windows], [away.span for away in self.away(practitioner, day)]
        )
        breaks = slots.intersect(open_, [span for window in windows for span in window.breaks])
        return Hours(tuple(open_), tuple(breaks))


def rota(
    *, branch: Branch, practitioners: Iterable[Practitioner], first: datetime.date, days: int = 1
) -> Rota:
    """The rota of `days` local days from `first`. Who no longer works here has no hours. Six queries at most, and one
    each for people and resources that weren't fetched with the practitioners."""
    last = first + (days - 1) * ONE_DAY
    some = list(practitioners)
    prefetch_related_objects(some, "user", "resource")
    working = [each for each in some if each.user.is_active and each.resource.is_active]
    off = TimeOff.objects.approved().filter(
        person__in={each.user_id for each in working}, first_day__lte=last, last_day__gte=first
    )
    return Rota(
        branch=branch,
        rules=BookingRules.of(branch),
        house_rows=tuple(branch.hours.all()),
        holidays=dict(
            Holiday.objects.filter(branch=branch, day__range=(first, last)).values_list("day", "name")
        ),
        weekly=_by(_weekly(working, first, days), lambda row: row.practitioner_id),
        single=_by(
            DayHours.objects.filter(practitioner__in=working, day__range=(first, last)).order_by(
                "starts", "id"
            ),
            lambda row: (row.practitioner_id, row.day),
        ),
        off=_by(off.order_by("first_day", "id"), lambda row: row.person_id),
    )


def _weekly(working: Sequence[Practitioner], first: datetime.date, days: int) -> Iterable[WeeklyHours]:
    last = first + (days - 1) * ONE_DAY
    rows = WeeklyHours.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=last),
        Q(valid_to=None) | Q(valid_to__gte=first),
        practitioner__in=working,
        weekday__in={(first + n * ONE_DAY).weekday() for n in range(min(days, 7))},
    )
    return rows.order_by("starts", "id")


def _by(rows: Iterable[Any], key: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def house_hours(rows: Iterable[BranchHours], day: datetime.date, zone: ZoneInfo) -> Hours:
    """A branch's opening hours of a local day; holidays are told apart from them."""
    today = [row for row in rows if row.weekday == day.weekday()]
    return _hours(((row.opens, row.closes, row.break_starts, row.break_ends) for row in today), day, zone)


def _valid(rows: Iterable[WeeklyHours], day: datetime.date) -> Iterable[WeeklyHours]:
    return (
        row
        for row in rows
        if row.weekday == day.weekday()
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day <= row.valid_to)
    )


def _window(row: Shift, day: datetime.date, branch: Branch) -> Window:
    pause: tuple[Span, ...] = ()
    if row.break_starts and row.break_ends:
        pause = (
            Span(instant(day, row.break_starts, branch.zone), instant(day, row.break_ends, branch.zone)),
        )
    return Window(
        span=Span(instant(day, row.starts, branch.zone), instant(day, row.ends, branch.zone)),
        breaks=tuple(slots.union(pause)),
        mode=row.mode,
        step=datetime.timedelta(minutes=max(SHORTEST_STEP, row.slot_minutes or branch.slot_minutes)),
        before=datetime.timedelta(minutes=row.minutes_before),
        after=datetime.timedelta(minutes=max(row.minutes_after, branch.buffer_minutes)),
        per_slot=row.per_slot,
        cap=row.cap,
        overflow=row.overflow,
        row=row,
    )


def _hours(rows: Iterable[tuple], day: datetime.date, zone: ZoneInfo) -> Hours:
    open_, breaks = [], []
    for starts, ends, break_starts, break_ends in rows:
        open_.append(Span(instant(day, starts, zone), instant(day, ends, zone)))
        if break_starts:
            breaks.append(Span(instant(day, break_starts, zone), instant(day, break_ends, zone)))
    return Hours(tuple(slots.union(open_)), tuple(slots.union(breaks)))
