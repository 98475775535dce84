"""The order of those who wait, and how the waiting room's screen names them. No database.

Emergencies come first, then the urgent, both by arrival. Everybody else stands in one line: by serial number where they
have one, else by the time they joined, with one priority visit after every so many others. Who was called, didn't come
and is back stands behind the next two of that line.
"""

import datetime
import heapq
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple
from uuid import UUID

BACK_BEHIND = 2
HIDDEN = "••••"


class Waiting(NamedTuple):
    """One who waits. `serial` is (beginning of the sitting, number); `passed` is how many have been called since
    somebody skipped came back, None for who never was skipped."""

    key: UUID
    priority: str
    joined_at: datetime.datetime
    serial: tuple[datetime.datetime, int] | None = None
    passed: int | None = None


def order(waiting: Iterable[Waiting], *, every: int, since: int = 0) -> list[Waiting]:
    """In the order of being called. `every`: others between two priorities, 0 lets priority always go first;
    `since`: others called since the last priority (`others_since_priority`)."""
    by_arrival = sorted(waiting, key=lambda one: (one.joined_at, one.key))
    first = [one for level in ("emergency", "urgent") for one in by_arrival if one.priority == level]
    rest = [one for one in by_arrival if one.priority not in ("emergency", "urgent")]
    there = [one for one in rest if one.passed is None]
    line = _interleaved(
        _numbered([one for one in there if one.priority != "priority"]),
        [one for one in there if one.priority == "priority"],
        every,
        since,
    )
    for one in reversed(rest):
        if one.passed is not None:
            line.insert(max(BACK_BEHIND - one.passed, 0), one)
    return first + line


def _numbered(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Serial numbers among themselves in their order, the others by arrival, the two merged by arrival."""
    serials = sorted((one for one in waiting if one.serial), key=lambda one: one.serial or ())
    others = [one for one in waiting if not one.serial]
    return list(heapq.merge(serials, others, key=lambda one: one.joined_at))


def _interleaved(
    others: Sequence[Waiting], priorities: Sequence[Waiting], every: int, since: int
) -> list[Waiting]:
    line: list[Waiting] = []
    ahead, normal = list(reversed(priorities)), list(reversed(others))
    while ahead or normal:
        if ahead and (since >= every or not normal):
            line.append(ahead.pop())
            since = 0
        else:
            line.append(normal.pop())
            since += 1
    return line


def others_since_priority(called: Sequence[str]) -> int:
    """Of the priorities of all called so far, in order: how many normal ones since the last priority visit."""
    count = 0
    for priority in reversed(called):
        if priority == "priority":
            break
        count += priority == "normal"
    return count


def estimated_minutes(consultations: Sequence[datetime.timedelta], ahead: int) -> int | None:
    """The average of today's consultations times those ahead, rounded up; None while there is no average."""
    if not consultations:
        return None
    seconds = Decimal(sum(one.total_seconds() for one in consultations)) / len(consultations)
    return int((seconds * ahead / 60).to_integral_value(ROUND_CEILING))


def masked(name: str) -> str:
    """ "Priya Mehta" as "P••••a M.": enough to know oneself by, and no more."""
    words = [_letters(word) for word in name.split()]
    if not words:
        return ""
    first = words[0]
    shown = f"{first[0]}{HIDDEN}{first[-1]}" if len(first) > 2 else f"{first[0]}{HIDDEN}"
    return f"{shown} {words[-1][0]}." if len(words) > 1 else shown


def _letters(word: str) -> list[str]:
    """Letters as people see them: a vowel sign belongs to the letter it stands on."""
    letters: list[str] = []
    for character in word:
        if letters and unicodedata.category(character).startswith("M"):
            letters[-1] += character
        else:
            letters.append(character)
    return letters
