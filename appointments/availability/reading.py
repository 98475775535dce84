"""Reading all that decides, in a fixed number of queries, however many days, people and treatments."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from appointments.availability import needs
from appointments.availability.clock import midnight
from appointments.availability.diary import Booked, Diary, Ground, Group, PartWish
from appointments.availability.needs import Ignored, Needs, Taken
from appointments.availability.rota import ONE_DAY, Rota, rota
from appointments.slots import Lane, Span, Window
from clinic.models import Branch, Resource
from packages.models import Treatment
from staff.models import Practitioner, Shift

NOTHING = Ignored()


def read(
    *,
    branch: Branch,
    practitioner: Practitioner,
    treatment: Treatment,
    minutes: int | None = None,
    first: datetime.date,
    days: int = 1,
    ignoring: UUID | None = None,
    ignoring_offer: UUID | None = None,
    room: Resource | None = None,
) -> Diary:
    """The diary of `days` local days from `first`. `minutes` is the visit's length, else the treatment's own;
    `ignoring` is an appointment that is to be moved, `ignoring_offer` an offer to be taken up: their holds don't
    count. With `room` the visit is to be in that one."""
    wish = PartWish(treatment, practitioner, minutes, room)
    ground = survey(branch, [wish], first, days)
    return diaries(ground, [wish], [(first, days)], Ignored(ignoring, ignoring_offer))[0]


def survey(branch: Branch, wishes: Iterable[PartWish], first: datetime.date, days: int) -> Ground:
    """What stands for some wishes, whatever is booked; nine queries at most if people came with user and resource."""
    wishes = list(wishes)
    treatments = list({wish.treatment.pk: wish.treatment for wish in wishes}.values())
    hours = rota(branch=branch, practitioners=[wish.practitioner for wish in wishes], first=first, days=days)
    wanted = needs.rooms_and_devices(branch, treatments)
    reach = _reach(hours, wanted, wishes)
    whole = _span(first, days, branch).widened(*reach)
    return Ground(
        first=first,
        days=days,
        rota=hours,
        needs=wanted,
        performers=needs.performers(treatments),
        out=needs.out_of_service(_ids(wanted, wishes), whole),
        reach=reach,
    )


def diaries(
    ground: Ground,
    wishes: Sequence[PartWish],
    stretches: Sequence[tuple[datetime.date, int]],
    ignored: Ignored = NOTHING,
) -> list[Diary]:
    """A diary for each wish, with what is booked in some stretches (first day, number of days), which the ground
    covers. Three queries at most."""
    spans = [_span(day, days, ground.rota.branch) for day, days in stretches]
    people = {wish.practitioner.pk for wish in wishes}
    held = [span.widened(*ground.reach) for span in spans]
    whole = Span(min(span.starts for span in spans), max(span.ends for span in spans))
    booked = Booked(
        taken=needs.taken(list(_ids(ground.needs, wishes)), held, ignored),
        visits=needs.visits(people, spans, ignored) if _has_caps(ground, wishes) else {},
        sittings=needs.sittings(people, whole, ignored) if ground.rota.has_shared else {},
    )
    rooms = {
        key: _groups(needs.with_room(ground.needs[treatment.pk], room), treatment, booked.taken, ground)
        for key, treatment, room in ((_key(wish), wish.treatment, wish.room) for wish in wishes)
    }
    return [_diary(wish, stretches[0], ground, booked, rooms[_key(wish)]) for wish in wishes]


def _span(first: datetime.date, days: int, branch: Branch) -> Span:
    return Span(midnight(first, branch.zone), midnight(first + days * ONE_DAY, branch.zone))


def _ids(wanted: dict[UUID, Needs], wishes: Iterable[PartWish]) -> set[UUID]:
    """Of all resources that any of the wishes could use."""
    ids = {each.pk for kinds in wanted.values() for some in kinds.values() for each in some}
    for wish in wishes:
        ids |= {wish.practitioner.resource_id, *([wish.room.pk] if wish.room else [])}
    return ids


def _has_caps(ground: Ground, wishes: Iterable[PartWish]) -> bool:
    """Whether it matters how many visits there are already."""
    caps = [ground.rota.rules.daily_cap, *(wish.practitioner.daily_cap for wish in wishes)]
    return any(cap is not None for cap in (*caps, *(row.cap for row in ground.rota.rows)))


def _key(wish: PartWish) -> tuple[UUID, UUID | None]:
    return wish.treatment.pk, wish.room.pk if wish.room else None


def _diary(
    wish: PartWish,
    stretch: tuple[datetime.date, int],
    ground: Ground,
    booked: Booked,
    rooms: tuple[Group, ...],
) -> Diary:
    """The practitioner's lane asks the diary which shift a visit is in."""
    diary = Diary(wish, *stretch, ground, booked)
    who: Needs = {Resource.Kind.PRACTITIONER: [wish.practitioner.resource]}
    groups = (*_groups(who, wish.treatment, booked.taken, ground, diary.window_at), *rooms)
    object.__setattr__(diary, "groups", groups)
    return diary


def _groups(
    wanted: Needs,
    treatment: Treatment,
    taken: Taken,
    ground: Ground,
    window_at: Callable[[datetime.datetime], Window | None] | None = None,
) -> tuple[Group, ...]:
    return tuple(
        Group(
            str(kind),
            tuple(_lane(resource, treatment, taken, ground, window_at) for resource in some),
            tuple(resource.name for resource in some),
            tuple(each for resource in some for each in ground.out.get(resource.pk, ())),
        )
        for kind, some in wanted.items()
    )


def _lane(
    resource: Resource,
    treatment: Treatment,
    taken: Taken,
    ground: Ground,
    window_at: Callable[[datetime.datetime], Window | None] | None,
) -> Lane:
    out = [span for span, _reason in ground.out.get(resource.pk, ())]
    return Lane(
        key=resource.pk,
        held=(*taken.held.get(resource.pk, ()), *out),
        before=datetime.timedelta(minutes=max(resource.minutes_before, treatment.minutes_before)),
        after=datetime.timedelta(minutes=max(resource.minutes_after, treatment.minutes_after)),
        sittings=tuple(taken.sittings.get(resource.pk, ())),
        window_at=window_at,
    )


def _reach(
    hours: Rota, wanted: dict[UUID, Needs], wishes: Iterable[PartWish]
) -> tuple[datetime.timedelta, datetime.timedelta]:
    """How far before and after a day holds are in the way of visits that begin on it."""
    asking: list[Treatment | Resource | Shift] = list(hours.rows)
    asking += [each for kinds in wanted.values() for some in kinds.values() for each in some]
    for wish in wishes:
        asking += [wish.treatment, wish.practitioner.resource, *([wish.room] if wish.room else [])]
    longest = max(wish.length for wish in wishes)
    before = max(each.minutes_before for each in asking)
    after = max(hours.branch.buffer_minutes, *(each.minutes_after for each in asking))
    return datetime.timedelta(minutes=before), datetime.timedelta(minutes=after) + longest
