"""What a visit needs: the practitioner, rooms and devices; when each is held or out of service; who may give it."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import BigIntegerField, Count, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from appointments.models import Appointment, Hold, Sitting
from appointments.slots import Span, union
from clinic.models import Branch, OutOfService, Resource
from packages.models import Performer, Treatment, TreatmentResource
from staff.models import Practitioner

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

Needs = dict[str, list[Resource]]  # by kind, one of each kind is held


@dataclass(frozen=True)
class Ignored:
    """What doesn't count: the holds of a visit that is to be moved, those of an offer that is to be taken up."""

    appointment: UUID | None = None
    offer: UUID | None = None


@dataclass(frozen=True)
class Taken:
    """When resources are held: by visits and offers, and by sittings (with from when to when they sit)."""

    held: dict[UUID, list[Span]] = field(default_factory=dict)
    sittings: dict[UUID, list[tuple[Span, Span]]] = field(default_factory=dict)


def resources_for(
    branch: Branch, practitioner: Practitioner, treatment: Treatment, room: Resource | None = None
) -> list[tuple[str, list[Resource]]]:
    """What a visit holds, one of each kind: the practitioner, and the rooms and devices in service that can serve.

    `room` is the one wished for: no other of its kind is asked.
    """
    found = rooms_and_devices(branch, [treatment])[treatment.pk]
    return [(Resource.Kind.PRACTITIONER, [practitioner.resource]), *with_room(found, room).items()]


def with_room(needs: Needs, room: Resource | None) -> Needs:
    return needs if room is None else needs | {room.kind: [room]}


def rooms_and_devices(branch: Branch, treatments: Iterable[Treatment]) -> dict[UUID, Needs]:
    """By treatment. A kind that a treatment needs and of which nothing is in service stays, with nothing in it."""
    found: dict[UUID, Needs] = {treatment.pk: {} for treatment in treatments}
    rows = TreatmentResource.objects.filter(treatment__in=found).select_related("resource")
    for row in rows.order_by("resource__kind", "resource__name"):
        some = found[row.treatment_id].setdefault(row.resource.kind, [])
        if row.resource.is_active and row.resource.branch_id == branch.pk:
            some.append(row.resource)
    return found


def performers(treatments: Iterable[Treatment]) -> dict[UUID, dict[UUID, tuple[str, UUID]]]:
    """Who may give each treatment, with name and branch; a treatment that isn't among the keys is given by all."""
    rows = Performer.objects.filter(treatment__in=[treatment.pk for treatment in treatments])
    found: dict[UUID, dict[UUID, tuple[str, UUID]]] = {}
    for treatment, who, name, branch in rows.order_by("practitioner__resource__name").values_list(
        "treatment_id", "practitioner_id", "practitioner__resource__name", "practitioner__resource__branch_id"
    ):
        found.setdefault(treatment, {})[who] = (name, branch)
    return found


class Microseconds(Func):
    """A moment as a whole number since 1970. A thousand of them are read in a tenth of the time of datetimes."""

    template = "(extract(epoch FROM %(expressions)s) * 1000000)::bigint"
    output_field = BigIntegerField()


def _moments(numbers: Iterable[int]) -> list[datetime.datetime]:
    return [EPOCH + datetime.timedelta(microseconds=number) for number in numbers]


def taken(ids: Sequence[UUID], stretches: Iterable[Span], ignored: Ignored) -> Taken:
    """All that holds the resources in some stretches of time. One query."""
    found = Taken()
    rows = Hold.objects.filter(_during(union(stretches)), resource_id__in=ids, released_at=None)
    if ignored.appointment:
        rows = rows.exclude(appointment_id=ignored.appointment)
    if ignored.offer:
        rows = rows.exclude(offer_id=ignored.offer)
    for resource, begun, until, starts, ends in rows.values_list(
        "resource_id", "sitting__starts_at", "sitting__ends_at"
    ).annotate(
        starts=JSONBAgg(Microseconds("during__startswith")), ends=JSONBAgg(Microseconds("during__endswith"))
    ):
        spans = map(Span, _moments(starts), _moments(ends))
        if begun is None:
            found.held.setdefault(resource, []).extend(spans)
        else:
            found.sittings.setdefault(resource, []).extend((Span(begun, until), span) for span in spans)
    return found


def out_of_service(ids: Iterable[UUID], within: Span) -> dict[UUID, list[tuple[Span, str]]]:
    """What is out of service, with the reason; what has no end, as long as anybody looks."""
    rows = OutOfService.objects.filter(resource_id__in=ids, starts_at__lt=within.ends)
    rows = rows.filter(Q(ends_at=None) | Q(ends_at__gt=within.starts))
    found: dict[UUID, list[tuple[Span, str]]] = {}
    for resource, starts, ends, reason in rows.values_list("resource_id", "starts_at", "ends_at", "reason"):
        found.setdefault(resource, []).append((Span(starts, ends or within.ends), reason))
    return found


def _during(within: Sequence[Span]) -> Q:
    during = Q()
    for span in within:
        during |= Q(during__overlap=(span.starts, span.ends))
    return during


def visits(
    who: Iterable[UUID], stretches: Iterable[Span], ignored: Ignored
) -> dict[UUID, list[datetime.datetime]]:
    """When the standing visits of each practitioner begin, of some stretches of time."""
    begins = Q()
    for span in union(stretches):
        begins |= Q(starts_at__gte=span.starts, starts_at__lt=span.ends)
    rows = Appointment.objects.standing().filter(begins, practitioner_id__in=who)
    if ignored.appointment:
        rows = rows.exclude(pk=ignored.appointment)
    starts = (
        rows.order_by().values_list("practitioner_id").annotate(numbers=JSONBAgg(Microseconds("starts_at")))
    )
    return {practitioner: _moments(numbers) for practitioner, numbers in starts}


class Sits(NamedTuple):
    """A sitting: when, the last number given, and how many standing visits without priority it has."""

    span: Span
    last_serial: int
    taken: int


def sittings(who: Iterable[UUID], within: Span, ignored: Ignored) -> dict[UUID, list[Sits]]:
    """Of each practitioner, by their start."""
    visits = Appointment.objects.standing().filter(
        sitting=OuterRef("pk"), priority=Appointment.Priority.NORMAL
    )
    if ignored.appointment:
        visits = visits.exclude(pk=ignored.appointment)
    count = Subquery(visits.order_by().values("sitting").annotate(count=Count("pk")).values("count"))
    rows = Sitting.objects.filter(
        practitioner_id__in=who, starts_at__lt=within.ends, ends_at__gt=within.starts
    ).order_by("starts_at")
    found: dict[UUID, list[Sits]] = {}
    for practitioner, starts, ends, last, taken in rows.annotate(taken=Coalesce(count, 0)).values_list(
        "practitioner_id", "starts_at", "ends_at", "last_serial", "taken"
    ):
        found.setdefault(practitioner, []).append(Sits(Span(starts, ends), last, taken))
    return found
