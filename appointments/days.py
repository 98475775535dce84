"""One local day of a practitioner: when visits can begin, and why they can't at other times. No database, no clock."""

import datetime
import enum
from dataclasses import dataclass, field
from functools import cached_property

from appointments import serials, slots
from appointments.slots import TICK, Groups, Hours, Span, Window


class Closed(enum.Enum):
    """Why no visit can be at a time, whoever else is booked."""

    LENGTH = "length"
    PAST = "past"
    HOLIDAY = "holiday"
    CLOSED_DAY = "closed day"
    BREAK = "break"
    OUTSIDE_HOURS = "outside hours"
    AWAY = "away"
    DAY_OFF = "day off"
    OWN_BREAK = "own break"
    OUTSIDE_SHIFT = "outside shift"
    OUTSIDE_DAY_HOURS = "outside the hours of that day"
    DAY_FULL = "day full"
    SHIFT_FULL = "shift full"
    WAITLIST = "waitlist"


@dataclass(frozen=True)
class Day:
    """What is known of one local day: the house, the practitioner's shifts and absences, and how many are booked.

    `is_single` says that the shifts are of this date alone. `taken` visits stand; `cap` is how many the practitioner
    takes a day, `house_cap` the branch's word for those who have said nothing, which is about visits with times only.
    """

    house: Hours = field(default_factory=Hours)
    windows: tuple[Window, ...] = ()
    away: tuple[Span, ...] = ()
    is_holiday: bool = False
    is_single: bool = False
    cap: int | None = None
    house_cap: int | None = None
    taken: int = 0

    def window_at(self, moment: datetime.datetime) -> Window | None:
        """The shift that a visit beginning then belongs to: where several overlap, the first."""
        return next((window for window in self.windows if window.span.has(moment)), None)

    def hours_for(self, window: Window | None) -> Hours:
        """The shifts into which a visit of that shift may reach: a shared one is for its own visits only."""
        some = [window] if window and window.is_shared else self.windows
        if window and not window.is_shared:
            some = [each for each in self.windows if not each.is_shared]
        return Hours(
            tuple(slots.union(each.span for each in some)),
            tuple(slots.union(span for each in some for span in each.breaks)),
        )

    def open_for(self, window: Window) -> list[Span]:
        """Where visits of a shift can be: its time in opening hours without breaks and absences."""
        return self._shared_open(window) if window.is_shared else self._slot_open

    @cached_property
    def _slot_open(self) -> list[Span]:
        some = [window for window in self.windows if not window.is_shared]
        pauses = [span for window in some for span in window.breaks]
        return self._worked([window.span for window in some], pauses)

    def _shared_open(self, window: Window) -> list[Span]:
        return self._worked([window.span], list(window.breaks))

    def _worked(self, spans: list[Span], pauses: list[Span]) -> list[Span]:
        if self.is_holiday:
            return []
        return slots.intersect(self.house.usable, slots.subtract(spans, [*pauses, *self.away]))

    def cap_for(self, window: Window | None) -> int | None:
        """How many visits the day may hold for one more of that shift."""
        if self.cap is not None or (window and window.is_shared):
            return self.cap
        return self.house_cap

    def _is_full(self, window: Window | None) -> bool:
        cap = self.cap_for(window)
        return cap is not None and self.taken >= cap

    def free(
        self, length: datetime.timedelta, groups: Groups, not_before: datetime.datetime
    ) -> list[datetime.datetime]:
        """When a visit of that length can begin; of a shared shift, the one time that the next person gets."""
        if length <= datetime.timedelta(0):
            return []
        found = []
        for place, window in enumerate(self.windows):
            if self._is_full(window) or self.why_full(window):
                continue
            if window.is_shared:
                start = self.next_start(window, not_before)
                if start and slots.pick(Span(start, start + length), groups) is not None:
                    found.append(start)
                continue
            own = slots.subtract([window.span], [earlier.span for earlier in self.windows[:place]])
            found += slots.free_starts(
                self._slot_open, length, window.step, window.span.starts, groups, not_before, window, own
            )
        return sorted(found)

    def next_start(self, window: Window, not_before: datetime.datetime) -> datetime.datetime | None:
        """When the next person of a shared shift is to come; now, if that time has passed while the shift goes on."""
        open_ = self.open_for(window)
        if not open_ or open_[-1].ends <= not_before:
            return None
        planned = self._planned(window) if window.mode == "serial" else open_[0].starts
        wanted = max(planned, not_before.replace(second=0, microsecond=0))
        return next((max(wanted, span.starts) for span in open_ if wanted < span.ends), None)

    def _planned(self, window: Window) -> datetime.datetime:
        some = self.slots_of(window)
        if self.decide(window, window.taken + 1) != "slot":
            return some[-1].starts
        return serials.arrival(window.last_serial + 1, window.per_slot, some).starts

    def slots_of(self, window: Window) -> list[Span]:
        """The slots of a serial shift: those that breaks and absences leave whole, else all that is open."""
        open_ = self.open_for(window)
        return serials.slots_of(window.span, open_, window.step) or open_

    def decide(self, window: Window, count: int) -> serials.Decision:
        """What becomes of so many people in a serial shift; one without a cap holds as many as its slots do.

        People are counted, not numbers: those of cancelled visits are never given again, but make room.
        """
        cap = window.per_slot * len(self.slots_of(window)) if window.cap is None else window.cap
        return serials.decide(count, cap=cap, overflow=window.overflow)

    def why_full(self, window: Window) -> Closed | None:
        """Why a shift takes nobody more."""
        if window.mode == "serial":
            is_full = self.decide(window, window.taken + 1) in ("waitlist", "stop")
        else:
            is_full = window.cap is not None and window.taken >= window.cap
        if not is_full:
            return None
        return Closed.WAITLIST if window.overflow == "waitlist" else Closed.SHIFT_FULL

    def why_closed(self, visit: Span, not_before: datetime.datetime) -> Closed | None:
        """The first reason against a visit at that time; None when it lies in open time."""
        if visit.ends <= visit.starts:
            return Closed.LENGTH
        window = self.window_at(visit.starts)
        # Whoever is seen in a shared shift has to begin inside it; how long it takes, nobody knows.
        shared = window is not None and window.is_shared
        if visit.starts < not_before and not (shared and window and window.span.ends > not_before):
            return Closed.PAST
        return self._why_shut(Span(visit.starts, visit.starts + TICK) if shared else visit, window)

    def _why_shut(self, visit: Span, window: Window | None) -> Closed | None:
        if self.is_holiday:
            return Closed.HOLIDAY
        shut = _closed(visit, self.house, Closed.CLOSED_DAY, Closed.BREAK, Closed.OUTSIDE_HOURS)
        if shut:
            return shut
        if any(visit.overlaps(span) for span in self.away):
            return Closed.AWAY
        outside = Closed.OUTSIDE_DAY_HOURS if self.is_single else Closed.OUTSIDE_SHIFT
        shut = _closed(visit, self.hours_for(window), Closed.DAY_OFF, Closed.OWN_BREAK, outside)
        if shut:
            return shut
        if self._is_full(window):
            return Closed.DAY_FULL
        return self.why_full(window) if window else None


def _closed(visit: Span, hours: Hours, never: Closed, pause: Closed, outside: Closed) -> Closed | None:
    if not hours.open_:
        return never
    if not any(span.contains(visit) for span in slots.union(hours.open_)):
        return outside
    return pause if any(visit.overlaps(span) for span in hours.breaks) else None
