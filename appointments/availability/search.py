"""Finding times: the soonest with anybody, several treatments in a row, and a series of dates."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.availability.clock import local_day
from appointments.availability.diary import OFFERS, Diary, Ground, PartWish, diaries, survey
from appointments.availability.rota import ONE_DAY
from appointments.slots import Span
from clinic.models import Branch
from packages.models import Treatment
from staff.models import Practitioner

DAYS_AHEAD = 21
# The bookings of the first days are read first: most often they hold enough free times.
STAGES = (1, 5, DAYS_AHEAD)
NEAR = 4  # days from the wished one on, in which a series looks for other times


class Free(NamedTuple):
    starts_at: datetime.datetime
    practitioner: Practitioner


@dataclass(frozen=True)
class Proposal:
    """One date of a series. `why_not` is empty when it can be had; else `offers` are the nearest other times."""

    starts_at: datetime.datetime
    why_not: str
    offers: list[datetime.datetime]


def first_free(
    *,
    branch: Branch,
    treatment: Treatment,
    practitioners: Iterable[Practitioner] | None = None,
    minutes: int | None = None,
    first: datetime.date,
    not_before: datetime.datetime,
    count: int = OFFERS,
    days: int = DAYS_AHEAD,
) -> list[Free]:
    """The soonest times of `days` local days from `first` with anybody who may give the treatment, or with the given
    ones; at the same time by name. At most twenty queries, whatever the number of people and days."""
    if practitioners is None:
        here = Practitioner.objects.active().filter(resource__branch=branch)
        practitioners = here.select_related("resource", "user").order_by("resource__name")
    wishes = [PartWish(treatment, each, minutes) for each in practitioners]
    if not wishes or days < 1:
        return []
    ground = survey(branch, wishes, first, days)
    able = [wish for wish in wishes if ground.may_give(wish.practitioner, treatment)]
    found: list[Free] = []
    begin = 0
    for end in dict.fromkeys(min(stage, days) for stage in (*STAGES, days)):
        if not able or len(found) >= count or end <= begin:
            continue
        found += _soonest(
            ground, able, (first + begin * ONE_DAY, end - begin), not_before, count - len(found)
        )
        begin = end
    return found


def _soonest(
    ground: Ground,
    wishes: Sequence[PartWish],
    stretch: tuple[datetime.date, int],
    not_before: datetime.datetime,
    count: int,
) -> list[Free]:
    """The same of one stretch of days (the first, how many)."""
    first, days = stretch
    read = diaries(ground, wishes, [stretch])
    found: list[Free] = []
    for offset in range(days):
        day = first + offset * ONE_DAY
        today = [
            Free(at, diary.practitioner) for diary in read for at in diary.free_on(day, not_before)[:count]
        ]
        found += sorted(today, key=lambda free: (free.starts_at, free.practitioner.resource.name))
        if len(found) >= count:
            break
    return found[:count]


def chain_free(
    *, branch: Branch, parts: Sequence[PartWish], day: datetime.date, not_before: datetime.datetime
) -> list[datetime.datetime]:
    """When all parts fit one directly after another, beginning on a local day at a free time of the first.

    Parts of one visit stand in no other's way: what serves two of them is not made ready in between.
    """
    if not parts:
        return []
    ground = survey(branch, parts, day, 2)  # the last part may begin after midnight
    read = diaries(ground, parts, [(day, 2)])
    starts = read[0].free_on(day, not_before)
    return [start for start in starts if _follow(read[1:], start + read[0].length, not_before)]


def _follow(read: Sequence[Diary], start: datetime.datetime, not_before: datetime.datetime) -> bool:
    for diary in read:
        if not diary.is_free(start, not_before):
            return False
        start += diary.length
    return True


def series(
    *,
    branch: Branch,
    practitioner: Practitioner,
    treatment: Treatment,
    minutes: int | None,
    starts: Sequence[datetime.datetime],
) -> list[Proposal]:
    """Which dates of a series can be had, in the order given, and the nearest other times for those that can't."""
    if not starts:
        return []
    days = sorted({local_day(start, branch.zone) for start in starts})
    wish = PartWish(treatment, practitioner, minutes)
    ground = survey(branch, [wish], days[0], (days[-1] - days[0]).days + NEAR)
    (diary,) = diaries(ground, [wish], [(day, NEAR) for day in days])
    now = timezone.now()
    proposals: list[Proposal] = []
    for start in starts:
        own = [Span(each.starts_at, each.starts_at + diary.length) for each in proposals if not each.why_not]
        proposals.append(_proposal(diary, start.astimezone(branch.zone), own, now))
    return proposals


def _proposal(
    diary: Diary, start: datetime.datetime, own: Sequence[Span], now: datetime.datetime
) -> Proposal:
    visit = Span(start, start + diary.length)
    why_not = diary.why_closed(visit, now) or diary.why_taken(visit) or ""
    if not why_not and any(visit.overlaps(other) for other in own):
        why_not = _("Another visit of this series is at that time.")
    return Proposal(start, why_not, _nearest(diary, start, own, now) if why_not else [])


def _nearest(
    diary: Diary, wished: datetime.datetime, own: Sequence[Span], now: datetime.datetime
) -> list[datetime.datetime]:
    """Of the first day from the wished one on that has free times, those nearest to the hour wished for."""
    for offset in range(NEAR):
        hour = wished + offset * ONE_DAY
        free = [
            at
            for at in diary.free_on(hour.date(), now)
            if not any(Span(at, at + diary.length).overlaps(other) for other in own)
        ]
        if free:
            return sorted(sorted(free, key=lambda at: abs(at - hour))[:OFFERS])
    return []
