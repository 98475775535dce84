"""The times a desk can offer for what somebody wishes: the soonest, those of a day, those of right now.

Each comes with who gives each part; the engine in `appointments.availability` says what is free.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments import availability
from appointments.availability import Free
from appointments.availability.diary import Diary, Ground, PartWish
from appointments.availability.reading import diaries, survey
from appointments.slots import Span, Window
from clinic.models import Branch, Resource
from packages.models import Treatment
from staff.models import Practitioner, Shift

SOONEST, WHOLE_DAY = 12, 96  # times shown at once
CHAIN_DAYS = 7  # looked at for a visit of several treatments
ONE_DAY, HALF_HOUR = datetime.timedelta(days=1), datetime.timedelta(minutes=30)


@dataclass(frozen=True)
class Opening:
    """A local time with somebody for each part. `value` names it in a form, see `parse`."""

    starts_at: datetime.datetime
    givers: tuple[Practitioner, ...]
    window: Window | None = None
    #: Priority in a shared shift: without a number, any time of it (at its beginning) or at a preferred half hour.
    is_first: bool = False

    @property
    def value(self) -> str:
        return f"{self.starts_at.isoformat()}|{','.join(str(each.pk) for each in self.givers)}"

    @property
    def names(self) -> str:
        return _(" then ").join(dict.fromkeys(each.resource.name for each in self.givers))

    @property
    def serial(self) -> int | None:
        """The number that would be given now; somebody quicker may take it."""
        if self.window is None or self.is_first or self.window.mode != Shift.Mode.SERIAL:
            return None
        return self.window.last_serial + 1

    @property
    def is_queue(self) -> bool:
        return self.window is not None and self.window.mode == Shift.Mode.QUEUE and not self.is_first

    @property
    def is_any_time(self) -> bool:
        return self.is_first and self.window is not None and self.starts_at == self.window.span.starts

    @property
    def until(self) -> datetime.datetime | None:
        """The local end of the shift."""
        return self.window.span.ends.astimezone(self.starts_at.tzinfo) if self.window else None


@dataclass(frozen=True)
class Wish:
    """What is to be found room for. Each part has its treatment and those of whom one gives it.

    Without a `day` the soonest; `at` is a time of that day asked for by name. `is_now`: the person stands there.
    `is_squeezed_in`: an emergency is taken in beside booked visits. `is_first`: with priority. `earliest` is when nothing speaks against it.
    """

    branch: Branch
    parts: Sequence[tuple[Treatment, Sequence[Practitioner]]]
    now: datetime.datetime
    day: datetime.date | None = None
    at: datetime.time | None = None
    is_now: bool = False
    is_squeezed_in: bool = False
    is_first: bool = False
    earliest: datetime.datetime | None = None
    #: The value of an opening that was chosen before, and stays chosen where there still is such a one.
    preferred: str = ""
    #: Of one part alone: the room or device it shall use.
    room: Resource | None = None

    @property
    def has_givers(self) -> bool:
        return all(givers for _treatment, givers in self.parts)

    @property
    def wishes(self) -> list[PartWish]:
        """Every part with everybody who may give it."""
        return [
            PartWish(treatment, each, room=self.room) for treatment, givers in self.parts for each in givers
        ]

    @property
    def today(self) -> datetime.date:
        return self.now.astimezone(self.branch.zone).date()

    @property
    def not_before(self) -> datetime.datetime:
        return max(self.now, self.earliest) if self.earliest else self.now

    @property
    def first(self) -> datetime.date:
        """The first local day looked at."""
        return max(self.day or self.today, self.not_before.astimezone(self.branch.zone).date())

    @property
    def asked(self) -> datetime.datetime | None:
        """The moment asked for by name."""
        if self.at is None:
            return None
        return datetime.datetime.combine(self.day or self.today, self.at, self.branch.zone)


@dataclass(frozen=True)
class Openings:
    """Grouped by local day. `chosen` is the value that stands preselected; `why` says what there is not, and why."""

    days: list[tuple[datetime.date, list[Opening]]] = field(default_factory=list)
    chosen: str = ""
    why: str = ""
    other_days: list[datetime.date] = field(default_factory=list)


def read(wish: Wish) -> Openings:
    """A constant number of queries, however many people, days and treatments."""
    if not wish.has_givers:
        return Openings()  # said beside the field
    ground = survey(wish.branch, wish.wishes, wish.first, availability.DAYS_AHEAD)
    found = list(_found(wish, ground))
    shown = [each for each in found if wish.day is None or each.starts_at.date() == wish.day]
    asked, why = _asked(wish, shown, ground)
    if asked and asked not in shown:
        shown = sorted([*shown, asked], key=lambda each: each.starts_at)
    kept = next((each for each in shown if each.value == wish.preferred), None)
    marked = kept or asked or (shown[0] if shown and wish.asked is None else None)
    return Openings(
        days=[(day, list(some)) for day, some in groupby(shown, lambda each: each.starts_at.date())],
        chosen=marked.value if marked else "",
        why=why or ("" if shown else _why_none(wish, ground)),
        other_days=[] if shown else list(dict.fromkeys(each.starts_at.date() for each in found))[:4],
    )


def _found(wish: Wish, ground: Ground) -> Iterator[Opening]:
    if len(wish.parts) > 1:
        yield from _chains(wish, ground)
    elif wish.is_now or wish.is_squeezed_in:
        yield from _of_today(wish, ground)
    else:
        for free in _soonest(wish, ground):
            opening = Opening(free.starts_at.astimezone(wish.branch.zone), (free.practitioner,), free.window)
            is_first = wish.is_first and free.window is not None and free.window.is_shared
            yield from _preferred(wish, opening) if is_first else [opening]


def _soonest(wish: Wish, ground: Ground) -> list[Free]:
    """Other days are looked at only where none is named, or the one named has no time."""
    days, count = availability.DAYS_AHEAD, WHOLE_DAY if wish.day else SOONEST
    found: list[Free] = []
    if wish.first == wish.day:
        found = availability.soonest(ground, wish.wishes, wish.first, 1, wish.not_before, count)
    return found or availability.soonest(ground, wish.wishes, wish.first, days, wish.not_before, count)


def _preferred(wish: Wish, opening: Opening) -> Iterator[Opening]:
    """With priority in a shared shift: any time, or a half hour that is still to come."""
    span = opening.window.span if opening.window else Span(opening.starts_at, opening.starts_at)
    start = span.starts.astimezone(wish.branch.zone)
    yield replace(opening, starts_at=start, is_first=True)
    at = start.replace(minute=0 if start.minute < 30 else 30)
    while at < span.ends:
        if at > start and at >= wish.not_before:
            yield replace(opening, starts_at=at, is_first=True)
        at += HALF_HOUR


def _of_today(wish: Wish, ground: Ground) -> list[Opening]:
    """The earliest time of today with each: now, off the grid too, or when they are free again."""
    found = []
    for diary in _diaries(wish, ground, wish.first, 1)[0]:
        start = _earliest(wish, diary)
        if start and (diary.practitioner.is_available or not wish.is_now):
            found.append(Opening(start, (diary.practitioner,), diary.window_at(start)))
    return sorted(found, key=lambda each: (each.starts_at, each.names))


def _earliest(wish: Wish, diary: Diary) -> datetime.datetime | None:
    now = wish.now.astimezone(wish.branch.zone)
    if not why_not(wish, diary, now):
        return now
    return next(iter(diary.free_on(wish.today, wish.now)), None)


def _chains(wish: Wish, ground: Ground) -> list[Opening]:
    """When all parts fit one after another, on the first day that has such a time; of several people, whoever is free."""
    read = _diaries(wish, ground, wish.first, 1 if wish.is_now else CHAIN_DAYS)
    for offset in range(1 if wish.is_now else CHAIN_DAYS):
        starts = [
            (start, diary)
            for diary in read[0]
            for start in diary.free_on(wish.first + offset * ONE_DAY, wish.not_before)
        ]
        chains = (_chain(wish, start, diary, read[1:]) for start, diary in starts)
        found = {each.starts_at: each for each in chains if each}
        if found:
            soonest = sorted(found.values(), key=lambda each: each.starts_at)
            return soonest if wish.day else soonest[:SOONEST]
    return []


def _chain(
    wish: Wish, start: datetime.datetime, first: Diary, later: Sequence[Sequence[Diary]]
) -> Opening | None:
    found = availability.chain(first, later, start, wish.not_before)
    givers = tuple(each.practitioner for each in found or ())
    return Opening(start, givers, first.window_at(start)) if found else None


def _diaries(wish: Wish, ground: Ground | None, first: datetime.date, days: int) -> list[list[Diary]]:
    """For each part the diaries of those who may give it, read all at once; one day more, for what lasts past midnight."""
    if ground is None or not ground.covers(first, days + 1):
        ground = survey(wish.branch, wish.wishes, first, days + 1)
    read = iter(diaries(ground, wish.wishes, [(first, days + 1)]))
    return [[next(read) for _each in givers] for _treatment, givers in wish.parts]


def _asked(wish: Wish, found: Sequence[Opening], ground: Ground | None = None) -> tuple[Opening | None, str]:
    """The time asked for by name, though it may lie beside the grid; or why it can't be had."""
    if wish.asked is None or not wish.has_givers:
        return None, ""
    on_grid = next((each for each in found if each.starts_at == wish.asked), None)
    if on_grid:
        return on_grid, ""
    first, *later = _diaries(wish, ground, wish.asked.date(), 1)
    reasons = [why_not(wish, diary, wish.asked) for diary in first]
    for diary, reason in zip(first, reasons, strict=True):
        chain = None if reason else _chain(wish, wish.asked, diary, later)
        if chain:
            return chain, ""
    if not all(reasons):
        return None, _("The treatments don't fit one after another then.")
    return None, str(reasons[0]) if len(reasons) == 1 else _("Nobody who gives this is free then.")


def why_not(wish: Wish, diary: Diary, at: datetime.datetime) -> str | None:
    """Why a visit can't begin then; whoever is an emergency is seen though somebody else is booked."""
    visit = Span(at.astimezone(datetime.UTC), at.astimezone(datetime.UTC) + diary.length)
    closed = diary.why_closed(visit, wish.now)
    return closed if closed or wish.is_squeezed_in else diary.why_taken(visit)


def _why_none(wish: Wish, ground: Ground) -> str:
    if wish.is_now:
        return _("Nobody is free any more today.")
    if wish.day is None:
        return _("No time is free in the coming weeks.")
    sentence = _("No time is free on %(day)s.") % {"day": date_format(wish.day, "l j F")}
    if len(wish.parts[0][1]) > 1:
        return sentence
    late_morning = datetime.datetime.combine(wish.day, datetime.time(11), wish.branch.zone)
    first, *_later = _diaries(wish, ground, wish.day, 1)
    return f"{sentence} {why_not(wish, first[0], late_morning) or ''}".strip()


def free_givers(wish: Wish, at: datetime.datetime) -> list[Practitioner]:
    """Somebody for each part of a visit that begins then; nobody when it can't."""
    opening, _why = _asked(
        Wish(**vars(wish) | {"day": at.date(), "at": at.timetz().replace(tzinfo=None)}), []
    )
    return list(opening.givers) if opening else []


def parse(value: str, branch: Branch) -> tuple[datetime.datetime, list[str]] | None:
    """The moment and the practitioners' ids of an `Opening.value`; ids may be missing. None for nonsense."""
    moment, _bar, givers = value.partition("|")
    try:
        starts_at = datetime.datetime.fromisoformat(moment)
    except ValueError:
        return None
    if timezone.is_naive(starts_at):
        starts_at = starts_at.replace(tzinfo=branch.zone)
    return starts_at, givers.split(",")
