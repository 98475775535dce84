"""What the calendar's pages read: the visits of some days, who and what has a column, and whether anything changed."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from appointments.availability import midnight
from appointments.models import Appointment, Hold, Offer
from appointments.queries import naming_at, with_sessions
from appointments.slots import Span
from clinic.models import Branch, OutOfService, Resource
from staff.models import DayHours, Practitioner, User, WeeklyHours


class Line(NamedTuple):
    """What the boards draw of a visit. Plain values: four hundred of them are read in a third of the time of models."""

    pk: UUID
    practitioner_id: UUID
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    status: str
    version: int
    priority: str
    treatment_id: UUID
    treatment: str
    category: str
    minutes_before: int
    minutes_after: int
    sitting_id: UUID | None
    first_part_id: UUID | None
    part_number: int
    name: str = ""
    allergies: str = ""
    alert: str = ""
    session_number: int | None = None
    session_count: int | None = None

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def visit_id(self) -> UUID:
        """The same for all parts of one visit."""
        return self.first_part_id or self.pk


class Thing(NamedTuple):
    """A room or device of a visit; `held` is when it is taken for it, buffers included, None once let go."""

    pk: UUID
    held: Span | None


_COLUMNS = {
    "name": "customer__full_name",
    "allergies": "customer__allergies",
    "alert": "customer__alert",
    "treatment": "treatment__name",
    "category": "treatment__category",
    "minutes_before": "treatment__minutes_before",
    "minutes_after": "treatment__minutes_after",
}


def window(first: datetime.date, days: int, branch: Branch) -> Span:
    """From the first local midnight to the one after the last day."""
    last = first + datetime.timedelta(days=days)
    return Span(midnight(first, branch.zone), midnight(last, branch.zone))


def visits(first: datetime.date, days: int, *, user: User, branch: Branch) -> QuerySet[Appointment]:
    """Those with a place in the calendar of some local days of the branch, the one worked at."""
    span = window(first, days, branch)
    rows = Appointment.objects.visible_to(user).placed()
    return rows.filter(starts_at__gte=span.starts, starts_at__lt=span.ends)


def lines(
    first: datetime.date, days: int = 1, *, user: User, branch: Branch, who: UUID | None = None, nameless: bool = False
) -> list[Line]:  # fmt: skip
    """What the boards draw, of one practitioner or of all, cancelled ones included; `nameless` for what is only
    counted. One query."""
    fields = [name for name in Line._fields if not (nameless and name in Line._field_defaults)]
    rows = with_sessions(visits(first, days, user=user, branch=branch))
    if who:
        rows = rows.filter(practitioner=who)
    return [Line(*row) for row in rows.values_list(*(_COLUMNS.get(name, name) for name in fields))]


def staff_at(branch: Branch) -> list[Practitioner]:
    """The active practitioners of a branch who have working hours, by name; each with `naming`, how the branch calls
    the states, so that a page with a hundred visits or none needs no query of its own for it."""
    weekly = WeeklyHours.objects.filter(practitioner=OuterRef("pk"))
    single = DayHours.objects.filter(practitioner=OuterRef("pk"))
    found = Practitioner.objects.active().filter(Exists(weekly) | Exists(single), resource__branch=branch)
    found = found.annotate(naming=naming_at("resource__branch"))
    return list(found.select_related("resource", "user").order_by("resource__name"))


def practitioners(ids: Iterable[UUID]) -> list[Practitioner]:
    return list(Practitioner.objects.filter(pk__in=ids).select_related("resource", "user"))


def things_at(branch: Branch, used: Iterable[UUID]) -> list[Resource]:
    """Rooms, then devices: those in service, and those that are `used` though they no longer are."""
    rows = Resource.objects.filter(Q(is_active=True) | Q(pk__in=list(used)), branch=branch)
    kinds = [str(Resource.Kind.ROOM), str(Resource.Kind.DEVICE)]
    return sorted(rows.filter(kind__in=kinds), key=lambda one: (kinds.index(one.kind), one.name))


def things_of(first: datetime.date, days: int = 1, *, user: User, branch: Branch) -> dict[UUID, list[Thing]]:
    """Rooms and devices by visit: those it holds, else those it had when its holds were let go. One query."""
    held = Hold.objects.filter(appointment__in=visits(first, days, user=user, branch=branch).values("pk"))
    rows = held.exclude(resource__kind=Resource.Kind.PRACTITIONER)
    found: dict[UUID, list[tuple[Thing, datetime.datetime | None]]] = {}
    for visit, thing, during, released in rows.values_list(
        "appointment_id", "resource_id", "during", "released_at"
    ):
        span = None if released else Span(during.lower, during.upper)
        found.setdefault(visit, []).append((Thing(thing, span), released))
    return {visit: _last(mine) for visit, mine in found.items()}


def _last(things: list[tuple[Thing, datetime.datetime | None]]) -> list[Thing]:
    held = [thing for thing, released in things if released is None]
    last = max((released for _thing, released in things if released), default=None)
    return held or [thing for thing, released in things if released == last]


def out_of_service(first: datetime.date, days: int, branch: Branch) -> list[OutOfService]:
    span = window(first, days, branch)
    still = Q(ends_at=None) | Q(ends_at__gt=span.starts)
    return list(OutOfService.objects.filter(still, resource__branch=branch, starts_at__lt=span.ends))


def offered(first: datetime.date, days: int, branch: Branch) -> dict[UUID, list[Span]]:
    """Times kept for somebody on the waitlist, by practitioner."""
    span = window(first, days, branch)
    rows = Offer.objects.filter(branch=branch, status=Offer.Status.HELD, starts_at__lt=span.ends)
    found: dict[UUID, list[Span]] = {}
    for who, starts_at, ends_at in rows.filter(ends_at__gt=span.starts).values_list(
        "practitioner_id", "starts_at", "ends_at"
    ):
        found.setdefault(who, []).append(Span(starts_at, ends_at))
    return found


def counts(
    first: datetime.date, days: int, *, user: User, branch: Branch, narrowed: Q
) -> dict[datetime.date, dict[str, int]]:
    """How many visits each local day has in each state. One query, whose result doesn't grow with the visits."""
    day = TruncDate("starts_at", tzinfo=branch.zone)
    rows = visits(first, days, user=user, branch=branch).filter(narrowed).order_by().annotate(day=day)
    found: dict[datetime.date, dict[str, int]] = {}
    for day_, status, count in rows.values_list("day", "status").annotate(count=Count("pk")):
        found.setdefault(day_, {})[status] = count
    return found


_BOOKED = """
SELECT day, sum(minutes)::int FROM (
  SELECT practitioner_id, (starts_at AT TIME ZONE %(zone)s)::date AS day,
    (SELECT sum(extract(epoch FROM upper(span) - lower(span))) / 60
     FROM unnest(range_agg(tstzrange(starts_at, ends_at))) AS span) AS minutes
  FROM appointments_appointment
  WHERE branch_id = %(branch)s AND starts_at >= %(starts)s AND starts_at < %(ends)s
    AND status NOT IN ('requested', 'waitlisted', 'cancelled', 'no_show')
    AND (%(who)s::uuid IS NULL OR practitioner_id = %(who)s)
  GROUP BY practitioner_id, day) AS days
GROUP BY day
"""


def booked(first: datetime.date, days: int, branch: Branch, who: UUID | None) -> dict[datetime.date, int]:
    """The minutes that each local day's visits take of the practitioners, or of one; thirty people of one slot count
    once. One query."""
    span = window(first, days, branch)
    with connection.cursor() as cursor:
        cursor.execute(
            _BOOKED,
            {
                "zone": branch.time_zone,
                "branch": branch.pk,
                "starts": span.starts,
                "ends": span.ends,
                "who": who,
            },
        )
        return dict(cursor.fetchall())


_STAMP = """
SELECT encode(sha256(convert_to(concat_ws(' ',
  (SELECT count(*) || '/' || max(updated_at) FROM appointments_appointment
   WHERE branch_id = %(branch)s AND starts_at >= %(starts)s AND starts_at < %(ends)s),
  (SELECT count(*) || '/' || max(updated_at) FROM appointments_offer
   WHERE branch_id = %(branch)s AND status = 'held' AND starts_at >= %(starts)s AND starts_at < %(ends)s),
  (SELECT count(*) || '/' || max(updated_at) FROM staff_timeoff
   WHERE status = 'approved' AND first_day < %(after)s AND last_day >= %(first)s),
  (SELECT count(*) || '/' || max(created_at) FROM staff_dayhours WHERE day >= %(first)s AND day < %(after)s),
  (SELECT count(*) || '/' || max(name) FROM clinic_holiday
   WHERE branch_id = %(branch)s AND day >= %(first)s AND day < %(after)s),
  (SELECT concat_ws('/', count(*), max(created_at), max(ends_at)) FROM clinic_outofservice
   WHERE starts_at < %(ends)s AND (ends_at IS NULL OR ends_at > %(starts)s)),
  (SELECT count(*) || '/' || max(updated_at) FROM clinic_resource WHERE branch_id = %(branch)s)), 'UTF8')), 'hex')
"""


def stamp(first: datetime.date, days: int, branch: Branch) -> str:
    """Another text once anything has changed that the calendar of these days shows. One query."""
    span = window(first, days, branch)
    after = first + datetime.timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(
            _STAMP,
            {"branch": branch.pk, "starts": span.starts, "ends": span.ends, "first": first, "after": after},
        )
        return cursor.fetchone()[0]
