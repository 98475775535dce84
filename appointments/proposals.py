"""Where visits could go that can't stay: for each the next times, from its own on, with the same practitioner, then with others."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from django.utils import timezone

from appointments import availability
from appointments.availability import Free, local_day
from appointments.checks import earliest
from appointments.models import Appointment
from appointments.slots import Span
from clinic.models import Branch
from staff.models import Practitioner

WITH_SAME, WITH_OTHERS = 4, 4  # times offered for one visit


@dataclass
class _Given:
    """What has been proposed as the first choice of somebody before, by practitioner and by customer."""

    spans: dict[UUID, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def fits(self, visit: Appointment, free: Free) -> bool:
        span = Span(free.starts_at, free.starts_at + (visit.ends_at - visit.starts_at))
        return not any(
            span.overlaps(other)
            for key in (free.practitioner.pk, visit.customer_id)
            for other in self.spans[key]
        )

    def take(self, visit: Appointment, free: Free) -> None:
        span = Span(free.starts_at, free.starts_at + (visit.ends_at - visit.starts_at))
        self.spans[free.practitioner.pk].append(span)
        self.spans[visit.customer_id].append(span)


def propose(
    visits: Iterable[Appointment], *, branch: Branch, not_before: datetime.datetime
) -> dict[UUID, list[Free]]:
    """Times for each visit, its first choice first; no two visits get the same first choice of one practitioner.

    Read once for each treatment, length, practitioner and day among the visits, not for each visit.
    """
    alike: dict[tuple, list[Appointment]] = defaultdict(list)
    wanted = list(visits)
    rested = _rested(wanted, branch, not_before)
    for visit in wanted:
        day = local_day(visit.starts_at, branch.zone)
        first = rested.get(visit.pk, not_before)
        alike[(visit.treatment_id, visit.minutes, visit.practitioner_id, day, first)].append(visit)
    given = _Given()
    found: dict[UUID, list[Free]] = {}
    for (*_alike, first), some in alike.items():
        same, others = _free(some[0], len(some), branch, max(first, some[0].starts_at))
        for visit in some:
            found[visit.pk] = _offers(visit, same, others, given)
    return found


def _rested(
    visits: list[Appointment], branch: Branch, not_before: datetime.datetime
) -> dict[UUID, datetime.datetime]:
    """From when on those can be moved that would come too near to another session of theirs. One query at most."""
    spaced = [visit for visit in visits if visit.treatment.min_interval_days]
    if not spaced:
        return {}
    rows = Appointment.objects.standing().filter(
        customer__in={visit.customer_id for visit in spaced},
        treatment__in={visit.treatment_id for visit in spaced},
    )
    others: dict[tuple[UUID, UUID], list[datetime.date]] = defaultdict(list)
    for whose, what, at in rows.exclude(pk__in=[visit.pk for visit in visits]).values_list(
        "customer_id", "treatment_id", "starts_at"
    ):
        others[(whose, what)].append(local_day(at, branch.zone))
    found = {}
    for visit in spaced:
        day = local_day(max(not_before, visit.starts_at), branch.zone)
        gap = datetime.timedelta(days=visit.treatment.min_interval_days or 0)
        first = earliest(day, others[(visit.customer_id, visit.treatment_id)], gap)
        if first > day:
            found[visit.pk] = datetime.datetime.combine(first, datetime.time.min, branch.zone)
    return found


def _free(
    visit: Appointment, wanted: int, branch: Branch, not_before: datetime.datetime
) -> tuple[list[Free], list[Free]]:
    """Free times for visits like this one: with its practitioner, and with whoever else may give it."""
    first = timezone.localdate(not_before, timezone=branch.zone)
    who = visit.practitioner

    def free(people: list[Practitioner] | None, count: int) -> list[Free]:
        return availability.first_free(
            branch=branch,
            treatment=visit.treatment,
            minutes=visit.minutes,
            practitioners=people,
            first=first,
            not_before=not_before,
            count=count,
        )

    stays = who.resource.is_active and who.user.is_active
    same = free([who], wanted * 2 + WITH_SAME) if stays else []
    anybody = free(None, wanted * 3 + WITH_OTHERS)
    return same, [each for each in anybody if each.practitioner.pk != who.pk]


def _offers(visit: Appointment, same: list[Free], others: list[Free], given: _Given) -> list[Free]:
    def some(free: list[Free], most: int) -> list[Free]:
        later = (each for each in free if each.starts_at >= visit.starts_at and given.fits(visit, each))
        return list(islice(later, most))

    offers = [*some(same, WITH_SAME), *some(others, WITH_OTHERS)]
    if offers:
        given.take(visit, offers[0])
    return offers
