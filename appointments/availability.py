"""When a practitioner can give a treatment, and why another time is closed.

A diary is read with five queries however many days it covers; the arithmetic is in `slots`.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments import slots
from appointments.models import Hold
from appointments.slots import Closed, Day, Hours, Lane, Span
from clinic.models import Branch, BranchHours, Holiday, Resource
from packages.models import Treatment, TreatmentResource
from staff.models import Practitioner, WeeklyHours

DAYS_AHEAD = 21
OFFERS = 6
SHORTEST_STEP = 5  # minutes; the rows of the day board
MARGIN = datetime.timedelta(days=1)  # holds of the night before may reach into the first day


@dataclass(frozen=True)
class Group:
    """Resources of one kind of which a visit holds one. `names` are for sentences; empty when none is in service."""

    kind: str
    lanes: tuple[Lane, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Diary:
    """All that decides about the times of one practitioner and one treatment over some days."""

    branch: Branch
    practitioner: Practitioner
    length: datetime.timedelta
    first: datetime.date
    days: int
    house: tuple[BranchHours, ...]
    holidays: dict[datetime.date, str]
    shifts: tuple[WeeklyHours, ...]
    groups: tuple[Group, ...]

    @property
    def lanes(self) -> list[tuple[Lane, ...]]:
        return [group.lanes for group in self.groups]

    def day(self, day: datetime.date) -> Day:
        return Day(
            house=house_hours(self.house, day, self.branch.zone),
            own=own_hours(self.shifts, day, self.branch.zone),
            is_holiday=day in self.holidays,
        )

    def free_on(self, day: datetime.date, not_before: datetime.datetime) -> list[datetime.datetime]:
        """Free times of a local day on the branch's grid, in local time."""
        starts = slots.free_starts(
            self.day(day).open_,
            self.length,
            datetime.timedelta(minutes=max(SHORTEST_STEP, self.branch.slot_minutes)),
            midnight(day, self.branch.zone),
            self.lanes,
            not_before.astimezone(datetime.UTC),
        )
        return [start.astimezone(self.branch.zone) for start in starts]

    def next_free(self, not_before: datetime.datetime, count: int = OFFERS) -> list[datetime.datetime]:
        """The first `count` free times of the days read."""
        found: list[datetime.datetime] = []
        for offset in range(self.days):
            found += self.free_on(self.first + datetime.timedelta(days=offset), not_before)
            if len(found) >= count:
                break
        return found[:count]

    def why_closed(self, visit: Span, not_before: datetime.datetime) -> str | None:
        """A sentence for somebody who wants a time that is not open; None when it is open, booked or not."""
        local = visit.starts.astimezone(self.branch.zone)
        day = self.day(local.date())
        reason = day.why_closed(visit, not_before)
        return None if reason is None else self._sentence(reason, day, visit)

    def why_taken(self, visit: Span) -> str | None:
        """A sentence naming the first resource that is not to be had; None when all are free."""
        for group in self.groups:
            if any(lane.fits(visit) for lane in group.lanes):
                continue
            if not group.names:
                return _("No %(kind)s that this treatment needs is in service at this branch.") % {
                    "kind": Resource.Kind(group.kind).label.lower()
                }
            if group.kind == Resource.Kind.PRACTITIONER:
                return _("%(name)s already has a visit at that time.") % {"name": group.names[0]}
            if len(group.names) == 1:
                return _("%(name)s is in use at that time.") % {"name": group.names[0]}
            return _("%(names)s are all in use at that time.") % {"names": ", ".join(group.names)}
        return None

    def _sentence(self, reason: Closed, day: Day, visit: Span) -> str:
        zone = self.branch.zone
        date = visit.starts.astimezone(zone).date()
        hours = day.own if reason in (Closed.OWN_BREAK, Closed.OUTSIDE_SHIFT) else day.house
        pause = next((span for span in hours.breaks if span.overlaps(visit)), None)
        words = {
            "branch": self.branch.trade_name,
            "name": str(self.practitioner),
            "day": date_format(date, "l j F"),
            "holiday": self.holidays.get(date, ""),
            "break": _spoken([pause], zone) if pause else "",
            "hours": _spoken(hours.open_, zone),
            "visit": _spoken([visit], zone),
        }
        return _sentences()[reason] % words


def _sentences() -> dict[Closed, str]:
    return {
        Closed.PAST: _(
            "That time has passed. Choose a later one, or mark the visit as a walk-in if the person is here now."
        ),
        Closed.HOLIDAY: _("%(branch)s is closed on %(day)s: %(holiday)s."),
        Closed.CLOSED_DAY: _("%(branch)s is closed on %(day)s."),
        Closed.BREAK: _("%(branch)s has a break from %(break)s."),
        Closed.OUTSIDE_HOURS: _(
            "%(branch)s is open from %(hours)s on %(day)s; this visit would be from %(visit)s."
        ),
        Closed.DAY_OFF: _("%(name)s does not work on %(day)s."),
        Closed.OWN_BREAK: _("%(name)s has a break from %(break)s."),
        Closed.OUTSIDE_SHIFT: _(
            "%(name)s works from %(hours)s on %(day)s; this visit would be from %(visit)s."
        ),
    }


def _spoken(spans: Iterable[Span], zone: ZoneInfo) -> str:
    return _(" and ").join(
        _("%(from)s to %(to)s")
        % {
            "from": f"{span.starts.astimezone(zone):%H:%M}",
            "to": f"{span.ends.astimezone(zone):%H:%M}",
        }
        for span in spans
    )


def read(
    *,
    branch: Branch,
    practitioner: Practitioner,
    treatment: Treatment,
    minutes: int | None = None,
    first: datetime.date,
    days: int = 1,
    ignoring: UUID | None = None,
) -> Diary:
    """The diary of `days` local days from `first`. `minutes` is the visit's length, else the treatment's own;
    `ignoring` is an appointment that is to be moved, whose holds don't count."""
    last = first + datetime.timedelta(days=days)
    needed = resources_for(branch, practitioner, treatment)
    window = (midnight(first, branch.zone) - MARGIN, midnight(last, branch.zone) + MARGIN)
    held = _held([resource.pk for _kind, some in needed for resource in some], window, ignoring)
    return Diary(
        branch=branch,
        practitioner=practitioner,
        length=datetime.timedelta(minutes=minutes or treatment.minutes),
        first=first,
        days=days,
        house=tuple(branch.hours.all()),
        holidays=dict(
            Holiday.objects.filter(branch=branch, day__gte=first, day__lt=last).values_list("day", "name")
        ),
        shifts=tuple(practitioner.weekly_hours.all()),
        groups=tuple(
            Group(kind, tuple(_lane(each, held) for each in some), tuple(each.name for each in some))
            for kind, some in needed
        ),
    )


def resources_for(
    branch: Branch, practitioner: Practitioner, treatment: Treatment
) -> list[tuple[str, list[Resource]]]:
    """What a visit holds, one of each kind: the practitioner, and the rooms and devices in service that can serve."""
    found: dict[str, list[Resource]] = {Resource.Kind.PRACTITIONER: [practitioner.resource]}
    rows = TreatmentResource.objects.filter(treatment=treatment).select_related("resource")
    for row in rows.order_by("resource__kind", "resource__name"):
        some = found.setdefault(row.resource.kind, [])
        if row.resource.is_active and row.resource.branch_id == branch.pk:
            some.append(row.resource)
    return list(found.items())


def _held(
    ids: list[UUID], window: tuple[datetime.datetime, datetime.datetime], ignoring: UUID | None
) -> dict:
    rows = Hold.objects.filter(resource_id__in=ids, released_at=None, during__overlap=window)
    if ignoring:
        rows = rows.filter(~Q(appointment_id=ignoring))
    held: dict[UUID, list[Span]] = {}
    for resource_id, during in rows.values_list("resource_id", "during"):
        span = Span(during.lower.astimezone(datetime.UTC), during.upper.astimezone(datetime.UTC))
        held.setdefault(resource_id, []).append(span)
    return held


def _lane(resource: Resource, held: dict[UUID, list[Span]]) -> Lane:
    return Lane(
        key=resource.pk,
        held=tuple(held.get(resource.pk, ())),
        before=datetime.timedelta(minutes=resource.minutes_before),
        after=datetime.timedelta(minutes=resource.minutes_after),
    )


def house_hours(rows: Iterable[BranchHours], day: datetime.date, zone: ZoneInfo) -> Hours:
    """A branch's opening hours of a local day; holidays are told apart from them."""
    today = [row for row in rows if row.weekday == day.weekday()]
    return _hours(((row.opens, row.closes, row.break_starts, row.break_ends) for row in today), day, zone)


def own_hours(rows: Iterable[WeeklyHours], day: datetime.date, zone: ZoneInfo) -> Hours:
    """A practitioner's hours of a local day, of the shifts that are valid then."""
    today = [
        row
        for row in rows
        if row.weekday == day.weekday()
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day <= row.valid_to)
    ]
    return _hours(((row.starts, row.ends, row.break_starts, row.break_ends) for row in today), day, zone)


def _hours(rows: Iterable[tuple], day: datetime.date, zone: ZoneInfo) -> Hours:
    open_, breaks = [], []
    for starts, ends, break_starts, break_ends in rows:
        open_.append(Span(instant(day, starts, zone), instant(day, ends, zone)))
        if break_starts:
            breaks.append(Span(instant(day, break_starts, zone), instant(day, break_ends, zone)))
    return Hours(tuple(slots.union(open_)), tuple(slots.union(breaks)))


def instant(day: datetime.date, at: datetime.time, zone: ZoneInfo) -> datetime.datetime:
    """A local time of day as a moment in UTC."""
    return datetime.datetime.combine(day, at, zone).astimezone(datetime.UTC)


def midnight(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    return instant(day, datetime.time.min, zone)


def free_times(
    *, branch: Branch, practitioner: Practitioner, treatment: Treatment, day: datetime.date, minutes: int | None = None,
    ignoring: UUID | None = None, now: datetime.datetime | None = None,
) -> list[datetime.datetime]:  # fmt: skip
    """The free times of one local day, from now on."""
    diary = read(
        branch=branch,
        practitioner=practitioner,
        treatment=treatment,
        minutes=minutes,
        first=day,
        ignoring=ignoring,
    )
    return diary.free_on(day, now or timezone.now())
