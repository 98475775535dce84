"""When somebody with a serial number is to come. No database, no clock.

A sitting is a row of equal slots; the first `per_slot` numbers come in its first slot, the next in its second, and
whoever comes after the last slot is full comes in the last one.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Literal

from appointments.slots import Span, intersect, union

Decision = Literal["slot", "last", "waitlist", "stop"]


def slots_of(sitting: Span, open_: Iterable[Span], length: datetime.timedelta) -> list[Span]:
    """The slots of `length` from the start of the sitting on that lie in open time; a break or leave takes its out."""
    free = union(intersect([sitting], open_))
    found: list[Span] = []
    starts = sitting.starts
    while starts + length <= sitting.ends:
        slot = Span(starts, starts + length)
        if any(span.contains(slot) for span in free):
            found.append(slot)
        starts += length
    return found


def arrival(serial: int, per_slot: int, slots: Sequence[Span]) -> Span:
    """The slot of a serial number, counted from 1: with 30 per half hour from 11:00, numbers 31 to 60 come at 11:30."""
    return slots[min((serial - 1) // per_slot, len(slots) - 1)]


def decide(serial: int, *, cap: int | None, overflow: str) -> Decision:
    """A slot up to the cap; beyond it, what the shift says about those who come after. Without a cap, a slot."""
    if cap is None or serial <= cap:
        return "slot"
    return "last" if overflow == "last" else "waitlist" if overflow == "waitlist" else "stop"
