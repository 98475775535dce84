"""Slot arithmetic: spans of time, what is left of them, where a visit fits, and why it doesn't. No database, no clock.

All datetimes are aware and in UTC, so that lengths are true across a change to summer time; spans include their
start and exclude their end.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

TICK = datetime.timedelta(microseconds=1)  # the shortest time there is


class Span(NamedTuple):
    """From `starts` up to, not including, `ends`. Empty when they are equal."""

    starts: datetime.datetime
    ends: datetime.datetime

    def overlaps(self, other: "Span") -> bool:
        """Have they time in common? An empty span has none with anything."""
        return max(self.starts, other.starts) < min(self.ends, other.ends)

    def contains(self, other: "Span") -> bool:
        return self.starts <= other.starts and other.ends <= self.ends

    def has(self, moment: datetime.datetime) -> bool:
        return self.starts <= moment < self.ends

    @property
    def utc(self) -> "Span":
        """The same time. What two moments of one local zone have between them is else reckoned by the wall clock."""
        return Span(self.starts.astimezone(datetime.UTC), self.ends.astimezone(datetime.UTC))

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
class Window:
    """One shift on one day, and how its visits are given out.

    In mode "slot" each visit has a time of its own on the grid of `step` from the shift's start; in "serial" and
    "queue" the practitioner is shared, and a visit needs only to begin inside. `taken` counts the standing visits (of a
    shared shift those without priority), `last_serial` the numbers given.
    """

    span: Span
    breaks: tuple[Span, ...] = ()
    mode: str = "slot"
    step: datetime.timedelta = datetime.timedelta(minutes=15)
    before: datetime.timedelta = datetime.timedelta(0)
    after: datetime.timedelta = datetime.timedelta(0)
    per_slot: int = 1
    cap: int | None = None
    overflow: str = "stop"
    taken: int = 0
    last_serial: int = 0
    row: Any = None

    @property
    def is_shared(self) -> bool:
        return self.mode != "slot"


@dataclass(frozen=True)
class Lane:
    """One resource: when it is held (buffers of those holds included), and what it needs round a visit of its own.

    A practitioner's lane knows their shifts (`window_at`): each may ask for longer buffers. What a sitting holds
    (`sittings`: from when to when it sits, and what is held) is in nobody's way who is seen in it.
    """

    key: Any
    held: tuple[Span, ...] = ()
    before: datetime.timedelta = datetime.timedelta(0)
    after: datetime.timedelta = datetime.timedelta(0)
    sittings: tuple[tuple[Span, Span], ...] = ()
    window_at: Callable[[datetime.datetime], Window | None] | None = None

    def around(self, visit: Span) -> Span:
        """The time to be held for a visit."""
        return visit.widened(*self._buffers(self._window(visit)))

    def _window(self, visit: Span) -> Window | None:
        return self.window_at(visit.starts) if self.window_at else None

    def _buffers(self, window: Window | None) -> tuple[datetime.timedelta, datetime.timedelta]:
        if window is None:
            return self.before, self.after
        return max(self.before, window.before), max(self.after, window.after)

    def _busy(self, window: Window | None) -> list[Span]:
        """The holds that count against a visit of that shift."""
        if window is None or not window.is_shared:
            return [*self.held, *(span for _sits, span in self.sittings)]
        return [*self.held, *(span for sits, span in self.sittings if not sits.overlaps(window.span))]

    def fits(self, visit: Span) -> bool:
        window = self._window(visit)
        wanted = visit.widened(*self._buffers(window))
        return not any(wanted.overlaps(held) for held in self._busy(window))

    def blocked(self, window: Window | None, length: datetime.timedelta, within: Span) -> list[Span]:
        """The moments, of those `within`, at which no visit of that length can begin."""
        window = window if self.window_at else None
        before, after = self._buffers(window)
        # A visit at s is in the way of a hold from a to b when a - length - after < s < b + before.
        lead = length + after - TICK
        first, last = within.starts - before, within.ends + lead
        return [
            Span(held.starts - lead, held.ends + before)
            for held in self._busy(window)
            if held.starts < last and first < held.ends and held.starts < held.ends
        ]


Groups = Sequence[Sequence[Lane]]


def pick(visit: Span, groups: Groups) -> list[Lane] | None:
    """The first lane of each group that is free for the visit; None when a group has none."""
    chosen = [next((lane for lane in group if lane.fits(visit)), None) for group in groups]
    return None if None in chosen else [lane for lane in chosen if lane]


def serve_all(wanted: Sequence[tuple[Span, Sequence[Lane]]], given: Sequence[tuple[Any, Span]] = ()) -> bool:
    """Whether each visit can have a lane of its group so that no lane serves two at once, buffers included."""
    if not wanted:
        return True
    (visit, group), *others = wanted
    return any(
        lane.fits(visit)
        and not any(key == lane.key and lane.around(visit).overlaps(span) for key, span in given)
        and serve_all(others, [*given, (lane.key, lane.around(visit))])
        for lane in group
    )


def begins(open_: Iterable[Span], length: datetime.timedelta) -> list[Span]:
    """The moments at which a visit can begin and still end inside the same open span."""
    room = length - TICK
    return [Span(span.starts, span.ends - room) for span in union(open_) if span.ends - span.starts >= length]


def unblocked(
    spans: Sequence[Span], length: datetime.timedelta, groups: Groups, window: Window | None = None
) -> list[Span]:
    """Of the moments in `spans`, those at which each group has a lane that is free for a visit of that length."""
    left = list(spans)
    for group in groups:
        if not left:
            break
        within = Span(left[0].starts, left[-1].ends)
        full = [within]
        for lane in group:
            full = intersect(full, lane.blocked(window, length, within))
            if not full:
                break
        left = subtract(left, full)
    return left


def free_starts(
    open_: Iterable[Span],
    length: datetime.timedelta,
    step: datetime.timedelta,
    anchor: datetime.datetime,
    groups: Groups,
    not_before: datetime.datetime,
    window: Window | None = None,
    within: Iterable[Span] | None = None,
) -> list[datetime.datetime]:
    """The starts on the grid (`anchor` plus multiples of `step`) where a visit of `length` fits into one open span.

    `window` is the shift that the starts belong to, `within` the moments they are looked for in, if not in all.
    """
    if length <= datetime.timedelta(0):
        return []
    spans = begins(open_, length)
    spans = spans if within is None else intersect(spans, within)
    later = [Span(max(span.starts, not_before), span.ends) for span in spans if span.ends > not_before]
    found: list[datetime.datetime] = []
    for span in unblocked(later, length, groups, window):
        start = on_grid(span.starts, anchor, step)
        while start < span.ends:
            found.append(start)
            start += step
    return found


def on_grid(at: datetime.datetime, anchor: datetime.datetime, step: datetime.timedelta) -> datetime.datetime:
    """The first time of the grid that is not before `at`."""
    return anchor - (anchor - at) // step * step
