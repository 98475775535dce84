"""Slot arithmetic: spans of time, what is left of them, where a visit fits, and why it doesn't. No database, no clock.

All datetimes are aware and in UTC, so that lengths are true across a change to summer time; spans include their
start and exclude their end.
"""

import datetime
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Span(NamedTuple):
    """From `starts` up to, not including, `ends`. Empty when they are equal."""

    starts: datetime.datetime
    ends: datetime.datetime

    def overlaps(self, other: "Span") -> bool:
        return max(self.starts, other.starts) < min(self.ends, other.ends)

    def contains(self, other: "Span") -> bool:
        return self.starts <= other.starts and other.ends <= self.ends

    def widened(self, before: datetime.timedelta, after: datetime.timedelta) -> "Span":
        return Span(self.starts - before, self.ends + after)


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as sorted spans that neither overlap nor touch."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.starts < span.ends):
        if merged and span.starts <= merged[-1].ends:
            merged[-1] = Span(merged[-1].starts, max(merged[-1].ends, span.ends))
        else:
            merged.append(span)
    return merged


def subtract(open_: Iterable[Span], busy: Iterable[Span]) -> list[Span]:
    """What is open and not busy, sorted."""
    taken = union(busy)
    left: list[Span] = []
    for span in union(open_):
        at = span.starts
        for block in taken:
            if block.ends <= at or block.starts >= span.ends:
                continue
            if block.starts > at:
                left.append(Span(at, block.starts))
            at = block.ends
        if at < span.ends:
            left.append(Span(at, span.ends))
    return left


def intersect(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """What lies in both, sorted."""
    others = union(other)
    both = (
        Span(max(a.starts, b.starts), min(a.ends, b.ends))
        for a in union(one)
        for b in others
        if a.overlaps(b)
    )
    return sorted(both)


@dataclass(frozen=True)
class Hours:
    """Opening or working time of one day. Breaks lie inside `open_` and are not part of what is left of it."""

    open_: tuple[Span, ...] = ()
    breaks: tuple[Span, ...] = ()

    @property
    def usable(self) -> list[Span]:
        return subtract(self.open_, self.breaks)


@dataclass(frozen=True)
class Lane:
    """One resource: when it is held (buffers of those holds included), and what it needs round a visit of its own."""

    key: Any
    held: tuple[Span, ...] = ()
    before: datetime.timedelta = datetime.timedelta(0)
    after: datetime.timedelta = datetime.timedelta(0)

    def around(self, visit: Span) -> Span:
        return visit.widened(self.before, self.after)

    def fits(self, visit: Span) -> bool:
        wanted = self.around(visit)
        return not any(wanted.overlaps(held) for held in self.held)


class Closed(enum.Enum):
    """Why no visit can be at a time, whoever else is booked."""

    PAST = "past"
    HOLIDAY = "holiday"
    CLOSED_DAY = "closed day"
    BREAK = "break"
    OUTSIDE_HOURS = "outside hours"
    DAY_OFF = "day off"
    OWN_BREAK = "own break"
    OUTSIDE_SHIFT = "outside shift"


@dataclass(frozen=True)
class Day:
    """What is known of one local day: the house, the practitioner, and whether it is a holiday."""

    house: Hours = field(default_factory=Hours)
    own: Hours = field(default_factory=Hours)
    is_holiday: bool = False

    @property
    def open_(self) -> list[Span]:
        return [] if self.is_holiday else intersect(self.house.usable, self.own.usable)

    def why_closed(self, visit: Span, not_before: datetime.datetime) -> Closed | None:
        """The first reason against a visit at that time; None when it lies in open time."""
        if visit.starts < not_before:
            return Closed.PAST
        if self.is_holiday:
            return Closed.HOLIDAY
        return _closed(visit, self.house, Closed.CLOSED_DAY, Closed.BREAK, Closed.OUTSIDE_HOURS) or _closed(
            visit, self.own, Closed.DAY_OFF, Closed.OWN_BREAK, Closed.OUTSIDE_SHIFT
        )


def _closed(visit: Span, hours: Hours, never: Closed, pause: Closed, outside: Closed) -> Closed | None:
    if not hours.open_:
        return never
    if not any(span.contains(visit) for span in union(hours.open_)):
        return outside
    return pause if any(visit.overlaps(span) for span in hours.breaks) else None


def pick(visit: Span, groups: Sequence[Sequence[Lane]]) -> list[Lane] | None:
    """The first lane of each group that is free for the visit; None when a group has none."""
    chosen = [next((lane for lane in group if lane.fits(visit)), None) for group in groups]
    return None if None in chosen else [lane for lane in chosen if lane]


def free_starts(
    open_: Iterable[Span],
    length: datetime.timedelta,
    step: datetime.timedelta,
    anchor: datetime.datetime,
    groups: Sequence[Sequence[Lane]],
    not_before: datetime.datetime,
) -> list[datetime.datetime]:
    """The starts on the grid (`anchor` plus multiples of `step`) where a visit of `length` fits into one open span."""
    found: list[datetime.datetime] = []
    for span in union(open_):
        start = on_grid(max(span.starts, not_before), anchor, step)
        while start + length <= span.ends:
            if pick(Span(start, start + length), groups) is not None:
                found.append(start)
            start += step
    return found


def on_grid(at: datetime.datetime, anchor: datetime.datetime, step: datetime.timedelta) -> datetime.datetime:
    """The first time of the grid that is not before `at`."""
    return anchor - (anchor - at) // step * step
