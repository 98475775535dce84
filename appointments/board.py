"""Where things stand on the day board: rows of five minutes, a lane per practitioner. No database, no clock.

Rows count from 1 at the top of the day shown; `at` is the row something begins in, `rows` how many it covers.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from appointments import slots
from appointments.slots import Hours, Span

ROW = datetime.timedelta(minutes=5)
HOUR = datetime.timedelta(hours=1)
LEAST = 3  # rows that a visit is drawn with: what a finger hits, and what its name needs


@dataclass(frozen=True)
class Block:
    """Something drawn in a lane. `col` of `cols` where several stand side by side."""

    at: int
    rows: int
    what: Any = None
    col: int = 0
    cols: int = 1

    @property
    def place(self) -> SafeString:
        """The attributes that `place.js` reads, in one piece: a full day has four hundred blocks."""
        beside = f' data-col="{self.col}" data-cols="{self.cols}"' if self.cols > 1 else ""
        return mark_safe(f'data-at="{self.at}" data-len="{self.rows}"{beside}')  # noqa: S308 - four integers


@dataclass(frozen=True)
class Scale:
    """The stretch of time the board shows."""

    starts: datetime.datetime
    ends: datetime.datetime

    @property
    def rows(self) -> int:
        return self._row(self.ends)

    def block(self, span: Span, what: Any = None) -> Block:
        """Where a span stands, cut off at the edges; whatever is shorter than a row still covers one."""
        at = self._row(max(span.starts, self.starts))
        end = -(-(min(span.ends, self.ends) - self.starts) // ROW)
        return Block(at=at + 1, rows=max(1, end - at), what=what)

    def share(self, moment: datetime.datetime) -> str | None:
        """How far down a moment is, in per cent as a machine reads it; None when it isn't on the board."""
        if not self.starts <= moment < self.ends:
            return None
        return f"{100 * ((moment - self.starts) / (self.ends - self.starts)):.2f}"

    def _row(self, moment: datetime.datetime) -> int:
        return (moment - self.starts) // ROW


def scale(open_: Sequence[Span], visits: Sequence[Span], otherwise: Span) -> Scale:
    """Whole hours from the first thing of the day to the last; `otherwise` when there is nothing."""
    spans = [*open_, *visits] or [otherwise]
    starts = min(span.starts for span in spans)
    ends = max(span.ends for span in spans)
    anchor = otherwise.starts
    return Scale(anchor + (starts - anchor) // HOUR * HOUR, anchor - (anchor - ends) // HOUR * HOUR)


def closed(
    shown: Scale, house: Hours, own: Hours, away: Sequence[tuple[Span, str]], names: dict[str, str]
) -> list[Block]:
    """What of a lane is hatched: what is away with its reason, breaks as "break", the rest as "away"."""
    whole = [Span(shown.starts, shown.ends)]
    gone = slots.union(span for span, _why in away)
    breaks = slots.subtract(slots.intersect(slots.union([*house.breaks, *own.breaks]), whole), gone)
    rest = slots.subtract(whole, [*slots.intersect(house.open_, own.open_), *breaks, *gone])
    named = [(part, why) for span, why in away for part in slots.intersect([span], whole)]
    named += [(span, names["break"]) for span in breaks] + [(span, names["away"]) for span in rest]
    return [shown.block(span, why) for span, why in named]


def free(
    shown: Scale,
    open_: Sequence[Span],
    busy: Sequence[Span],
    step: datetime.timedelta,
    anchor: datetime.datetime,
    not_before: datetime.datetime,
) -> list[Block]:
    """The slots on the grid (`anchor` plus multiples of `step`) that nobody has taken, each `what` its start."""
    found = []
    for span in slots.subtract(open_, busy):
        start = slots.on_grid(max(span.starts, not_before), anchor, step)
        while start + step <= span.ends:
            found.append(shown.block(Span(start, start + step), start))
            start += step
    return found


def legible(span: Span) -> Span:
    """As long as it must be drawn."""
    return Span(span.starts, max(span.ends, span.starts + LEAST * ROW))


def side_by_side(shown: Scale, visits: Sequence[tuple[Span, Any]]) -> list[Block]:
    """Visits that overlap share the lane's width: each takes the first column that is free, as wide as the crowd is."""
    laid: list[Block] = []
    crowd: list[tuple[Span, Any, int]] = []
    columns: list[datetime.datetime] = []

    def settle() -> None:
        for span, what, column in crowd:
            block = shown.block(span, what)
            laid.append(Block(block.at, block.rows, what, column, len(columns)))
        crowd.clear()
        columns.clear()

    for span, what in sorted(visits, key=lambda pair: pair[0]):
        if columns and span.starts >= max(columns):
            settle()
        column = next((n for n, ends in enumerate(columns) if ends <= span.starts), len(columns))
        columns[column : column + 1] = [span.ends]
        crowd.append((span, what, column))
    settle()
    return laid
