"""Until the engine answers these itself."""

import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from appointments import availability, domain
from appointments.slots import Span
from clinic.refusals import Refusal
from packages.models import Treatment
from staff.models import Practitioner


class Free(NamedTuple):
    starts_at: datetime.datetime
    practitioner: Practitioner


class PartWish(NamedTuple):
    treatment: Treatment
    practitioner: Practitioner
    minutes: int | None = None


class Proposal(NamedTuple):
    starts_at: datetime.datetime
    why_not: str
    offers: list[datetime.datetime]


class Part(NamedTuple):
    treatment: Treatment
    practitioner: Practitioner
    session: Any = None
    minutes: int | None = None


class SeriesDate(NamedTuple):
    starts_at: datetime.datetime
    practitioner: Practitioner
    session: Any = None


class Overlap(Refusal):
    pass


def first_free(
    *, branch, treatment, practitioners=None, minutes=None, first, not_before, count=6
) -> list[Free]:
    found = []
    for each in practitioners:
        diary = availability.read(
            branch=branch, practitioner=each, treatment=treatment, minutes=minutes, first=first, days=21
        )
        found += [Free(at, each) for at in diary.next_free(not_before, count)]
    return sorted(found, key=lambda free: free.starts_at)[:count]


def chain_free(*, branch, parts, day, not_before) -> list[datetime.datetime]:
    diaries = [
        availability.read(
            branch=branch, practitioner=p.practitioner, treatment=p.treatment, minutes=p.minutes, first=day
        )
        for p in parts
    ]
    found = []
    for start in diaries[0].free_on(day, not_before):
        at = start
        for diary in diaries:
            span = Span(at.astimezone(datetime.UTC), at.astimezone(datetime.UTC) + diary.length)
            if diary.why_closed(span, not_before) or diary.why_taken(span):
                break
            at += diary.length
        else:
            found.append(start)
    return found


def series(*, branch, practitioner, treatment, minutes, starts) -> list[Proposal]:
    now = timezone.now()
    found = []
    for start in starts:
        day = start.astimezone(branch.zone).date()
        diary = availability.read(
            branch=branch, practitioner=practitioner, treatment=treatment, minutes=minutes, first=day, days=7
        )
        span = Span(start.astimezone(datetime.UTC), start.astimezone(datetime.UTC) + diary.length)
        why = diary.why_closed(span, now) or diary.why_taken(span) or ""
        found.append(Proposal(start, why, diary.next_free(now, 4) if why else []))
    return found


@transaction.atomic
def book_visit(
    *,
    by,
    branch,
    customer,
    parts,
    starts_at,
    note="",
    is_walk_in=False,
    channel="desk",
    follows=None,
    despite_overlap=False,
):
    made = []
    for part in parts:
        visit = domain.book(
            by=by,
            branch=branch,
            customer=customer,
            practitioner=part.practitioner,
            treatment=part.treatment,
            session=part.session,
            starts_at=starts_at,
            note=note,
            is_walk_in=is_walk_in,
        )
        starts_at = visit.ends_at
        made.append(visit)
    return made


@transaction.atomic
def book_series(*, by, branch, customer, treatment, dates, minutes=None, note="", despite_overlap=False):
    return [
        domain.book(
            by=by,
            branch=branch,
            customer=customer,
            practitioner=date.practitioner,
            treatment=treatment,
            session=date.session,
            starts_at=date.starts_at,
            note=note,
        )
        for date in dates
    ]


def book(*, priority="normal", priority_reason="", channel="desk", despite_overlap=False, **wish):
    return domain.book(**wish)
