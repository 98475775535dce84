"""Finding times: the soonest with anybody, several treatments in a row, and a series of dates."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import slots
from appointments.availability.clock import local_day
from appointments.availability.diary import OFFERS, Diary, Ground, PartWish
from appointments.availability.needs import Ignored
from appointments.availability.reading import NOTHING, diaries, survey
from appointments.availability.rota import ONE_DAY
from appointments.slots import Span, Window
from clinic.models import Branch, Resource
from packages.models import Treatment
from staff.models import Practitioner

DAYS_AHEAD = 21
# The bookings of the first days are read first: most often they hold enough free times.
STAGES = (1, 5, DAYS_AHEAD)
NEAR = 4  # days from the wished one on, in which a series looks for other times


class Free(NamedTuple):
    """`window` is the shift it lies in: by it a time is told from a serial number and a place in a queue."""

    starts_at: datetime.datetime
    practitioner: Practitioner
    window: Window | None = None


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
    ignoring: UUID | None = None,
    ignoring_offer: UUID | None = None,
) -> list[Free]:
    """The soonest times of `days` local days from `first` with anybody who may give the treatment, or with the given
    ones; at the same time by name. For what is ignored see `read`."""
    if practitioners is None:
        here = Practitioner.objects.active().filter(resource__branch=branch)
        practitioners = here.select_related("resource", "user").order_by("resource__name")
    wishes = [PartWish(treatment, each, minutes) for each in practitioners]
    if not wishes or days < 1:
        return []
    ground = survey(branch, wishes, first, days)
    return soonest(ground, wishes, first, days, not_before, count, Ignored(ignoring, ignoring_offer))


def soonest(
    ground: Ground,
    wishes: Sequence[PartWish],
    first: datetime.date,
    days: int,
    not_before: datetime.datetime,
    count: int = OFFERS,
    ignored: Ignored = NOTHING,
) -> list[Free]:
    """The same on a ground that covers those days. At most nine queries, whatever the number of people and days."""
    able = [wish for wish in wishes if ground.may_give(wish.practitioner, wish.treatment)]
    found: list[Free] = []
    begin = 0
    for end in dict.fromkeys(min(stage, days) for stage in (*STAGES, days)):
        if not able or len(found) >= count or end <= begin:
            continue
        read = diaries(ground, able, [(first + begin * ONE_DAY, end - begin)], ignored)
        found += _of_days(read, not_before, count - len(found))
        begin = end
    return found


def _of_days(read: Sequence[Diary], not_before: datetime.datetime, count: int) -> list[Free]:
    """The same of the days read."""
    found: list[Free] = []
    for offset in range(read[0].days):
        day = read[0].first + offset * ONE_DAY
        today = [
            Free(at, diary.practitioner, diary.window_at(at))
            for diary in read
            for at in diary.free_on(day, not_before)[:count]
        ]
        found += sorted(
            today, key=lambda free: (free.starts_at.astimezone(datetime.UTC), free.practitioner.resource.name)
        )
        if len(found) >= count:
            break
    return found[:count]


def chain(
    first: Diary, later: Sequence[Sequence[Diary]], start: datetime.datetime, not_before: datetime.datetime
) -> list[Diary] | None:
    """Who gives each part of a visit that begins then, at a time the first diary has offered: of several who could
    give a later part, the first who is free when the part before is done. None where the parts don't fit.

    The practitioner and the room go on with the same person, so nothing is made ready between two parts; a device is.
    """
    found = [first]
    visits = [first.visit_at(start)]
    for choices in later:
        starts = visits[-1].ends
        diary = next((each for each in choices if each.is_free(starts, not_before)), None)
        if diary is None:
            return None
        found.append(diary)
        visits.append(diary.visit_at(starts))
    devices = [
        (visit, group.lanes)
        for diary, visit in zip(found, visits, strict=True)
        for group in diary.groups
        if group.kind == Resource.Kind.DEVICE
    ]
    return found if slots.serve_all(devices) else None


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
        own = [diary.visit_at(each.starts_at) for each in proposals if not each.why_not]
        proposals.append(_proposal(diary, start.astimezone(branch.zone), own, now))
    return proposals


def _proposal(
    diary: Diary, start: datetime.datetime, own: Sequence[Span], now: datetime.datetime
) -> Proposal:
    visit = diary.visit_at(start)
    why_not = diary.why_closed(visit, now) or diary.why_taken(visit) or ""
    if not why_not and any(visit.overlaps(other) for other in own):
        why_not = _("Another visit of this series is at that time.")
    return Proposal(start, why_not, _nearest(diary, start, own, now) if why_not else [])


def _nearest(
    diary: Diary, wished: datetime.datetime, own: Sequence[Span], now: datetime.datetime
) -> list[datetime.datetime]:
    """Of the first day from the wished one on that has free times, those nearest to the hour wished for."""
    for offset in range(NEAR):
        hour = wished + offset * ONE_DAY  # by the wall clock
        free = [
            at
            for at in diary.free_on(hour.date(), now)
            if not any(diary.visit_at(at).overlaps(other) for other in own)
        ]
        if free:
            return sorted(sorted(free, key=lambda at: abs(at - hour))[:OFFERS])
    return []
