"""What has become free lately, and whom it would suit.

Freed times are read from what happened to visits, offers and days off. So a time is found again by whichever run looks
next, and an offer that is declined or runs out frees its time like a visit that is cancelled.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from appointments import availability, slots
from appointments.absences import spans_off
from appointments.availability import Diary
from appointments.matching import Candidate, When, ranked, start_for
from appointments.models import Appointment, BookingRules, Offer, StatusChange
from appointments.slots import Span
from clinic.models import Branch
from packages import queries
from packages.models import Performer, Session, Treatment, usable_on
from staff.models import Practitioner, TimeOff

BACK = datetime.timedelta(days=3)  # over a closed Sunday
MOST_EVENTS, MOST_CHECKS, MOST_DUE = 100, 20, 200
MOST_OFFERS = 5  # of one time; afterwards it is left to the desk
ONE_DAY = datetime.timedelta(days=1)
ENDED = [Offer.Status.DECLINED, Offer.Status.EXPIRED]


@dataclass(frozen=True)
class Freed:
    """A stretch of one practitioner's time, in UTC. It may have been taken again."""

    practitioner: Practitioner
    span: Span


@dataclass
class Search:
    """One look at a branch: at most `MOST_CHECKS` candidates are looked at, all times together."""

    branch: Branch
    now: datetime.datetime
    not_before: datetime.datetime
    checks_left: int = MOST_CHECKS
    _diaries: dict[tuple[UUID, UUID, datetime.date], Diary] = field(default_factory=dict)

    def times(self) -> list[Freed]:
        """The soonest first; of each practitioner neither overlapping nor touching."""
        freed: dict[UUID, list[Span]] = {}
        for who, span in [*self._by_visits(), *self._by_offers(), *self._by_days_off()]:
            if span.ends > self.not_before:
                freed.setdefault(who, []).append(Span(max(span.starts, self.not_before), span.ends).utc)
        people = Practitioner.objects.active().filter(resource__branch=self.branch, pk__in=freed)
        found = [
            Freed(each, span)
            for each in people.select_related("resource", "user")
            for span in slots.union(freed[each.pk])
        ]
        return sorted(found, key=lambda one: (one.span, one.practitioner.pk))

    def _by_visits(self) -> Iterator[tuple[UUID, Span]]:
        gone = Q(verb__in=["cancel", "mark_no_show"]) & ~Q(from_status__in=Appointment.UNPLACED)
        early = Q(verb="complete", created_at__lt=timezone.now(), appointment__starts_at__gt=self.now)
        moved = Q(verb="reschedule", was_until__gt=self.now, was_with__isnull=False)
        rows = StatusChange.objects.filter(
            (gone | early) & Q(appointment__ends_at__gt=self.now) | moved,
            appointment__branch=self.branch,
            created_at__gte=self.now - BACK,
        )
        for row in rows.select_related("appointment").order_by("-id")[:MOST_EVENTS]:
            visit = row.appointment
            if row.was_at and row.was_until and row.was_with_id:
                yield row.was_with_id, Span(row.was_at, row.was_until)
            else:
                yield visit.practitioner_id, Span(visit.starts_at, visit.ends_at)

    def _by_offers(self) -> Iterator[tuple[UUID, Span]]:
        rows = Offer.objects.filter(
            branch=self.branch, status__in=ENDED, settled_at__gte=self.now - BACK, ends_at__gt=self.now
        )
        for who, starts, ends in rows.order_by("-settled_at").values_list(
            "practitioner_id", "starts_at", "ends_at"
        )[:MOST_EVENTS]:
            yield who, Span(starts, ends)

    def _by_days_off(self) -> Iterator[tuple[UUID, Span]]:
        today = timezone.localdate(self.now, self.branch.zone)
        rows = TimeOff.objects.filter(
            status=TimeOff.Status.WITHDRAWN, decided_at__gte=self.now - BACK, last_day__gte=today
        )
        here = Practitioner.objects.active().filter(resource__branch=self.branch)
        people = dict(here.values_list("user_id", "pk"))
        rules = BookingRules.of(self.branch)
        for off in rows.filter(person__in=people).order_by("-decided_at")[:MOST_EVENTS]:
            for span in spans_off(
                max(off.first_day, today), off.last_day, off.part, branch=self.branch, rules=rules
            ):
                yield people[off.person_id], span

    def matches(self, freed: Freed) -> Iterator[tuple[Candidate, datetime.datetime]]:
        """Whom the freed time suits, best first, each with the local start that is free for them."""
        offered = _offered(self.branch, freed)
        for candidate in ranked(self._candidates(freed), freed.practitioner.pk):
            if not self.checks_left:
                return
            self.checks_left -= 1
            start = self._start(candidate, freed, offered)
            if start:
                yield candidate, start

    def _candidates(self, freed: Freed) -> list[Candidate]:
        local = [moment.astimezone(self.branch.zone) for moment in freed.span]
        waiting = [one for one in _waiting(self.branch, freed) if one.when.meets(*local)]
        return waiting if len(waiting) >= MOST_CHECKS else [*waiting, *_due(self.branch, freed)]

    def _start(
        self, candidate: Candidate, freed: Freed, offered: list[tuple[UUID, Span]]
    ) -> datetime.datetime | None:
        """Never one that they were offered already, nor one that so many others didn't want."""
        zone = self.branch.zone
        begins = max(
            candidate.when.first_day, timezone.localdate(max(freed.span.starts, self.not_before), zone)
        )
        ends = min(candidate.when.last_day, timezone.localdate(freed.span.ends - slots.TICK, zone))
        treatment, customer = _treatment(candidate), _customer(candidate)
        for offset in range(min((ends - begins).days + 1, availability.DAYS_AHEAD)):
            diary = self._diary(freed.practitioner, treatment, begins + offset * ONE_DAY)
            starts = _free(diary, freed, begins + offset * ONE_DAY, self.not_before)
            fresh = [start for start in starts if _is_fresh(diary.visit_at(start), customer, offered)]
            start = start_for(candidate.when, freed.span, fresh)
            if start:
                return start
        return None

    def _diary(self, practitioner: Practitioner, treatment: Treatment, day: datetime.date) -> Diary:
        key = (practitioner.pk, treatment.pk, day)
        if key not in self._diaries:
            self._diaries[key] = availability.read(
                branch=self.branch, practitioner=practitioner, treatment=treatment, first=day
            )
        return self._diaries[key]


def _free(
    diary: Diary, freed: Freed, day: datetime.date, not_before: datetime.datetime
) -> list[datetime.datetime]:
    """The free starts of a day, and the beginning of the freed time, though it may lie beside the grid. A shift by
    numbers has places, not times: none."""
    found = diary.free_on(day, not_before)
    beginning = freed.span.starts.astimezone(diary.branch.zone)
    if (
        beginning.date() == day
        and beginning not in found
        and beginning.second == 0
        and diary.is_free(beginning, not_before)
    ):
        found.append(beginning)
    return [start for start in found if not ((window := diary.window_at(start)) and window.is_shared)]


def _is_fresh(visit: Span, customer: UUID, offered: list[tuple[UUID, Span]]) -> bool:
    before = [who for who, span in offered if span.overlaps(visit)]
    return customer not in before and len(before) < MOST_OFFERS


def _offered(branch: Branch, freed: Freed) -> list[tuple[UUID, Span]]:
    rows = Offer.objects.filter(
        branch=branch,
        practitioner=freed.practitioner,
        starts_at__lt=freed.span.ends,
        ends_at__gt=freed.span.starts,
    )
    return [
        (who, Span(starts, ends))
        for who, starts, ends in rows.values_list("customer_id", "starts_at", "ends_at")
    ]


def _waiting(branch: Branch, freed: Freed) -> list[Candidate]:
    first, last = _days(branch, freed)
    held = Offer.objects.filter(customer=OuterRef("customer"), status=Offer.Status.HELD)
    rows = Appointment.objects.filter(
        Q(practitioner=freed.practitioner) | Q(wish__any_practitioner=True),
        ~Exists(held),
        branch=branch,
        status=Appointment.Status.WAITLISTED,
        customer__is_active=True,
        treatment__is_active=True,
        wish__first_day__lte=last,
        wish__last_day__gte=first,
    ).filter(_may_be_given("treatment", freed))
    rows = rows.select_related("wish", "customer", "treatment", "booked_by", "branch").order_by("created_at")
    return [of_wish(visit) for visit in rows[:MOST_DUE]]


def of_wish(visit: Appointment) -> Candidate:
    wish = visit.wish
    return Candidate(
        key=visit.pk,
        when=When(wish.first_day, wish.last_day, wish.earliest, wish.latest),
        named=visit.practitioner_id,
        anybody=wish.any_practitioner,
        priority=visit.priority,
        since=visit.created_at,
        what={"appointment": visit},
    )


def _due(branch: Branch, freed: Freed) -> list[Candidate]:
    """Owners of due sessions whose treatment's interval allows it; those with a visit of it to come have no need."""
    first, last = _days(branch, freed)
    held = Offer.objects.filter(customer=OuterRef("enrolment__customer"), status=Offer.Status.HELD)
    rows = queries.due_sessions(branch, first).filter(
        ~Exists(held),
        usable_on(last, "enrolment__"),
        _may_be_given("enrolment__plan__treatment", freed),
        enrolment__plan__treatment__is_active=True,
    )
    sessions = list(rows.select_related("enrolment__by")[:MOST_DUE])
    latest = _latest({one.enrolment.customer_id for one in sessions})
    found = []
    for place, session in enumerate(sessions):
        treatment = session.enrolment.plan.treatment
        before = latest.get((session.enrolment.customer_id, treatment.pk))
        gap = datetime.timedelta(days=treatment.min_interval_days or 0)
        if before is None or (
            timezone.localdate(before, branch.zone) + gap <= first and before < freed.span.starts
        ):
            when = When(first, last)
            found.append(
                Candidate(session.pk, when, None, True, is_due=True, place=place, what={"session": session})
            )
    return found


def _latest(customers: set[UUID]) -> dict[tuple[UUID, UUID], datetime.datetime]:
    """When each of the customers last comes, or came, for each treatment."""
    rows = Appointment.objects.standing().filter(customer__in=customers).order_by("starts_at")
    return {
        (customer, treatment): starts
        for customer, treatment, starts in rows.values_list("customer_id", "treatment_id", "starts_at")
    }


def _may_be_given(path: str, freed: Freed) -> Q:
    named = Performer.objects.filter(treatment=OuterRef(path))
    return Q(~Exists(named) | Exists(named.filter(practitioner=freed.practitioner)))


def _days(branch: Branch, freed: Freed) -> tuple[datetime.date, datetime.date]:
    return (
        timezone.localdate(freed.span.starts, branch.zone),
        timezone.localdate(freed.span.ends - slots.TICK, branch.zone),
    )


def _treatment(candidate: Candidate) -> Treatment:
    visit, session = candidate.what.get("appointment"), candidate.what.get("session")
    return visit.treatment if visit else session.enrolment.plan.treatment


def _customer(candidate: Candidate) -> UUID:
    visit, session = candidate.what.get("appointment"), candidate.what.get("session")
    return visit.customer_id if visit else session.enrolment.customer_id


def is_somebody_waiting(branch: Branch) -> bool:
    waiting = Appointment.objects.filter(branch=branch, status=Appointment.Status.WAITLISTED)
    today = timezone.localdate(timezone=branch.zone)
    return waiting.exists() or queries.due_sessions(branch, today).exists()


def is_open(branch: Branch, now: datetime.datetime) -> bool:
    """Whether somebody is at the desk to tell of an offer; at night it would run out unheard."""
    day = timezone.localdate(now, branch.zone)
    rota = availability.rota(branch=branch, practitioners=[], first=day)
    return day not in rota.holidays and any(span.has(now) for span in rota.house(day).open_)


def session_for(visit: Appointment, on: datetime.date) -> Session | None:
    """The session of a package that a visit without a time would use up on a local day, if the customer has one."""
    sessions = queries.bookable_sessions(visit.customer_id, on)
    return next((one for one in sessions if one.enrolment.plan.treatment_id == visit.treatment_id), None)
