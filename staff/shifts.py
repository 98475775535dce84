"""What is wrong with a set of shifts. No database.

`Working` is what weekly hours and the hours of one day have in common.
"""

import datetime
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

Working = Any  # staff.models.Shift: that module imports the database


def why_not(shifts: Sequence[Working]) -> str | None:
    """A sentence about the first thing that is wrong with the shifts of a practitioner; None when they are in order."""
    for shift in shifts:
        if wrong := _why_not_one(shift):
            return wrong
    for one, other in combinations(shifts, 2):
        if _on_one_day(one, other) and one.starts < other.ends and other.starts < one.ends:
            return _("Two shifts overlap: %(one)s and %(other)s.") % {"one": one, "other": other}
    return None


def _why_not_one(shift: Working) -> str | None:
    if shift.mode != "serial" and shift.per_slot > 1:
        return _("%(shift)s: several people share a slot only where serial numbers are given out.") % {
            "shift": shift
        }
    if shift.slot_minutes and shift.slot_minutes > _minutes(shift):
        return _("%(shift)s: the slot is longer than the shift.") % {"shift": shift}
    return None


def _minutes(shift: Working) -> int:
    day = datetime.date.min
    length = datetime.datetime.combine(day, shift.ends) - datetime.datetime.combine(day, shift.starts)
    return int(length.total_seconds() // 60)


def _on_one_day(one: Working, other: Working) -> bool:
    """The same date, or the same weekday in years that both are valid in."""
    if hasattr(one, "day"):
        return bool(one.day == other.day)
    first = max(one.valid_from or datetime.date.min, other.valid_from or datetime.date.min)
    last = min(one.valid_to or datetime.date.max, other.valid_to or datetime.date.max)
    return one.weekday == other.weekday and first <= last
