"""How full a day is, and when there is room first. No database, no clock."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appointments import slots
from appointments.slots import Span

MINUTE = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Load:
    """`visits` that stand, the minutes they take, and the minutes there are."""

    visits: int = 0
    booked: int = 0
    open_: int = 0

    @property
    def percent(self) -> int | None:
        """Whole, at most 100; None where there is no time to fill."""
        return min(100, round(100 * self.booked / self.open_)) if self.open_ else None

    @property
    def is_full(self) -> bool:
        return (self.percent or 0) >= 90

    def __add__(self, other: "Load") -> "Load":
        return Load(self.visits + other.visits, self.booked + other.booked, self.open_ + other.open_)


def minutes(spans: Iterable[Span]) -> int:
    """Of all of them together; what several share counts once."""
    return sum(int((span.ends - span.starts) / MINUTE) for span in slots.union(spans))


def first_free(
    open_: Sequence[Span],
    busy: Sequence[Span],
    grids: Iterable[tuple[Span, datetime.timedelta]],
    not_before: datetime.datetime,
) -> datetime.datetime | None:
    """The first start of a grid (stretch, step) at which one step of it is free."""
    left = slots.subtract(open_, busy)
    for stretch, step in sorted(grids):
        for span in slots.intersect(left, [stretch]):
            start = slots.on_grid(max(span.starts, not_before), stretch.starts, step)
            if start + step <= span.ends:
                return start
    return None
