"""Whom a freed time suits, and who is asked first. No database, no clock.

Times are aware; days and times of day are the branch's local ones.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from appointments.slots import Span

PRIORITIES = ("emergency", "urgent", "priority", "normal")  # who is asked first


@dataclass(frozen=True)
class When:
    """Days, both included, and the part of each day in which a visit may begin; None: from opening, until closing."""

    first_day: datetime.date
    last_day: datetime.date
    earliest: datetime.time | None = None
    latest: datetime.time | None = None

    def suits(self, start: datetime.datetime) -> bool:
        """Whether a visit may begin at a local time."""
        time = start.time()
        return (
            self.first_day <= start.date() <= self.last_day
            and (self.earliest is None or self.earliest <= time)
            and (self.latest is None or time <= self.latest)
        )

    def meets(self, starts: datetime.datetime, ends: datetime.datetime) -> bool:
        """Whether a visit that suits could begin in a stretch of local time, as far as can be told without looking at
        each start: True where none does suit is possible, False where one does is not."""
        if ends.date() < self.first_day or self.last_day < starts.date():
            return False
        if starts.date() != ends.date():
            return True
        return (self.earliest is None or self.earliest < ends.time()) and (
            self.latest is None or starts.time() <= self.latest
        )


@dataclass(frozen=True)
class Candidate:
    """Somebody for whom a time is looked for. `key` is the appointment's or the session's; `named` is whom they asked
    for, `anybody` whether others will do; `since` when they joined. Owners of due sessions come after all others, in
    their own order (`place`)."""

    key: UUID
    when: When
    named: UUID | None
    anybody: bool
    priority: str = "normal"
    since: datetime.datetime | None = None
    is_due: bool = False
    place: int = 0
    what: Any = None

    def would_take(self, practitioner: UUID) -> bool:
        return self.anybody or self.named == practitioner


def ranked(candidates: Iterable[Candidate], practitioner: UUID) -> list[Candidate]:
    """Those who would come to this practitioner: by priority, who asked for just this one, who has waited longest; the
    owners of due sessions last."""

    def rank(one: Candidate) -> tuple:
        return (
            one.is_due,
            PRIORITIES.index(one.priority),
            one.named != practitioner,
            one.since is None,
            one.since.timestamp() if one.since else 0,
            one.place,
            one.key,
        )

    return sorted((one for one in candidates if one.would_take(practitioner)), key=rank)


def start_for(when: When, freed: Span, starts: Iterable[datetime.datetime]) -> datetime.datetime | None:
    """The first of some free local starts that lies in the freed time and suits."""
    return next((start for start in sorted(starts) if freed.has(start) and when.suits(start)), None)
