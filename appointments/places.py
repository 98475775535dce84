"""A place in the calendar: queue for all who could serve, read everything again, hold, let go.

What decides about a time is read again under the locks; the exclusion constraint on holds is the net.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from appointments import availability, sittings
from appointments.asks import Ask, Batch, Claim
from appointments.models import Appointment, Hold
from appointments.slots import Span
from clinic.locks import lock_resources
from clinic.models import Branch, OutOfService, Resource
from clinic.refusals import Refusal
from packages.models import Treatment
from staff.models import Practitioner

SHORTEST, LONGEST = 5, 720  # minutes, as for treatments
# A walk-in starts on the row of the day board that has begun, five minutes ago at most, and its form takes time too.
WALK_IN_GRACE = datetime.timedelta(minutes=6)


def length_of(of: Treatment | int) -> datetime.timedelta:
    minutes = of if isinstance(of, int) else of.minutes
    if not SHORTEST <= minutes <= LONGEST:
        raise Refusal(
            _("A visit lasts %(shortest)s to %(longest)s minutes.")
            % {"shortest": SHORTEST, "longest": LONGEST},
            field="minutes",
        )
    return datetime.timedelta(minutes=minutes)


def moment(starts_at: datetime.datetime) -> datetime.datetime:
    """The same in UTC. Refuses a local time that the change to summer time leaves out."""
    at = starts_at.astimezone(datetime.UTC)
    if at.astimezone(starts_at.tzinfo).replace(tzinfo=None, fold=0) != starts_at.replace(tzinfo=None, fold=0):
        raise Refusal(
            _("There is no %(time)s on that day: the clocks are put forward. Choose another time.")
            % {"time": f"{starts_at:%H:%M}"},
            field="time",
        )
    return at


def take(batch: Batch) -> None:
    """Queue once for all resources that could serve any of the asks, then settle time and claims of each.

    Refuses with a sentence, and with the next free times where a time is only taken. What the visits held so far, and
    what was kept for offers that have run out, is let go first; a refusal brings it back with the transaction.
    """
    _let_go(batch, _queue(batch.left))
    for ask in batch.left:
        with batch.answering(ask):
            _place(ask, batch)
    placed: list[Ask] = []
    for ask in batch.left:
        with batch.answering(ask):
            _find_room(ask, placed)
            placed.append(ask)


def _queue(asks: list[Ask]) -> set[UUID]:
    """Everything the visits could use, and what they have used so far: somebody may wait for it to become free."""
    ids = {resource_id for ask in asks for resource_id in ask.former}
    for ask in asks:
        branch, treatment = ask.appointment.branch, ask.appointment.treatment
        needed = availability.resources_for(branch, ask.practitioner, treatment)
        ids |= {resource.pk for _kind, some in needed for resource in some}
    lock_resources(ids)
    return ids


def _let_go(batch: Batch, ids: set[UUID]) -> None:
    gone = Q(resource_id__in=ids, offer__held_until__lt=timezone.now())
    if batch.offer:
        gone |= Q(offer=batch.offer)
    Hold.objects.filter(gone, released_at=None).update(released_at=timezone.now())
    for ask in batch.left:
        if ask.former:
            release_holds(ask.appointment)


def _place(ask: Ask, batch: Batch) -> None:
    """The time of one ask, as if it were alone: the place is open, and what it needs is free."""
    ask.practitioner = _fit_to_work(ask.practitioner, ask.appointment.branch)
    diary = _diary(ask)
    shift = sittings.shift_of(ask, diary)
    if shift:
        sittings.settle(ask, shift, diary, batch)
        if ask.is_waitlisted:
            return
    else:
        _settle(ask, diary)
    ask.groups = _groups(ask, diary)
    reason = replace(diary, groups=tuple(ask.groups)).why_taken(ask.visit)
    if reason:
        raise Refusal(reason, field="time", offers=next_free(ask))


def _settle(ask: Ask, diary: availability.Diary) -> None:
    """A time of its own."""
    if ask.starts_at is None:
        raise Refusal(_("Choose a time."), field="time")
    start = moment(ask.starts_at)
    ask.visit = Span(
        start, start + length_of(ask.appointment.treatment if ask.minutes is None else ask.minutes)
    )
    grace = WALK_IN_GRACE if ask.is_here_now else datetime.timedelta(0)
    reason = diary.why_closed(ask.visit, ask.not_before or timezone.now() - grace)
    if reason:
        raise Refusal(reason, field="time", offers=next_free(ask))


def _groups(ask: Ask, diary: availability.Diary) -> list[availability.Group]:
    """What is needed of each kind. A sitting holds its practitioner for all; an emergency is taken in beside visits."""
    groups = list(diary.groups)
    if ask.room:
        groups = [
            _only(ask.room, group, ask.visit) if group.kind == ask.room.kind else group for group in groups
        ]
        if not any(group.kind == ask.room.kind for group in groups):
            raise Refusal(_unfit(ask.room), field="room")
    with_whom = next(group for group in groups if group.kind == Resource.Kind.PRACTITIONER)
    is_free = any(lane.fits(ask.visit) for lane in with_whom.lanes)
    if ask.sitting or (ask.is_squeezed_in and not is_free):
        groups.remove(with_whom)
    return groups


def _only(room: Resource, group: availability.Group, visit: Span) -> availability.Group:
    """The group without the others. Refuses a room or device that can't serve, by name."""
    now = Resource.objects.get(pk=room.pk)
    broken = OutOfService.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=visit.starts), resource=room, starts_at__lt=visit.ends
    ).first()
    if broken or not now.is_active:
        words = {"name": now, "reason": broken.reason if broken else ""}
        said = (
            _("%(name)s is out of service: %(reason)s.") if broken else _("%(name)s is no longer in service.")
        )
        raise Refusal(said % words, field="room")
    lanes = tuple(lane for lane in group.lanes if lane.key == room.pk)
    if not lanes:
        raise Refusal(_unfit(now), field="room")
    return replace(group, lanes=lanes, names=(now.name,))


def _unfit(room: Resource) -> str:
    return _("%(name)s isn't used for this treatment.") % {"name": room.name}


def _find_room(ask: Ask, placed: list[Ask]) -> None:
    """Choose one lane of each kind, so that this ask and those placed before it have all they need."""
    if _choose([*placed, ask], ()):
        return
    names = ", ".join(name for group in ask.groups for name in group.names)
    raise Refusal(
        _("It can't stand so close to another part of this booking: %(names)s can't serve both.")
        % {"names": names},
        field="time",
    )


def _choose(asks: Sequence[Ask], taken: tuple[Claim, ...]) -> bool:
    """Fill in the claims of each ask; False, and nothing is settled, when they can't all be served."""
    if not asks:
        return True
    ask = asks[0]
    wanted = [_fitting(ask, group, taken) for group in ask.groups]
    for claims in product(*wanted):
        if _choose(asks[1:], taken + claims):
            ask.claims = list(claims)
            return True
    return False


def _fitting(ask: Ask, group: availability.Group, taken: tuple[Claim, ...]) -> list[Claim]:
    """The lanes of a group that are free beside what is taken: first those used before, then those of an earlier part."""
    used = {claim.resource_id for claim in taken if claim.whole == ask.whole}
    lanes = sorted(group.lanes, key=lambda lane: (lane.key not in ask.former, lane.key not in used))
    claims = [
        Claim(lane.key, group.kind, ask.visit, lane.around(ask.visit), ask.whole)
        for lane in lanes
        if lane.fits(ask.visit)
    ]
    return [claim for claim in claims if all(_agree(claim, other) for other in taken)]


def _agree(one: Claim, other: Claim) -> bool:
    """Whether both can be had. The practitioner and the room go on with the same person, so between the parts of a
    visit nothing is prepared or cleaned; a device is: another hand-piece, another setting, time to cool."""
    if one.resource_id != other.resource_id:
        return True
    if one.whole == other.whole and one.kind != Resource.Kind.DEVICE:
        return not one.visit.overlaps(other.visit)
    return not one.during.overlaps(other.during)


def clip(asks: Iterable[Ask]) -> None:
    """Let the holds of neighbouring parts meet where their buffers would overlap; see `_agree`."""
    before: dict[tuple[UUID, UUID], tuple[Ask, int]] = {}
    for ask in sorted(asks, key=lambda ask: ask.visit):
        for place, claim in enumerate(ask.claims):
            key = (claim.whole, claim.resource_id)
            if key in before:
                earlier, there = before[key]
                former = earlier.claims[there]
                ends = min(former.during.ends, claim.visit.starts)
                earlier.claims[there] = former._replace(during=Span(former.during.starts, ends))
                starts = max(claim.during.starts, ends)
                ask.claims[place] = claim._replace(during=Span(starts, claim.during.ends))
            before[key] = (ask, place)


def _diary(ask: Ask, first: datetime.date | None = None, days: int = 1) -> availability.Diary:
    return availability.read(
        branch=ask.appointment.branch,
        practitioner=ask.practitioner,
        treatment=ask.appointment.treatment,
        minutes=ask.minutes,
        first=first or ask.day,
        days=days,
    )


def next_free(ask: Ask, not_before: datetime.datetime | None = None) -> list[datetime.datetime]:
    """The next free times after the one wished for, or from now on if that has passed."""
    later = max(filter(None, [ask.starts_at, not_before, timezone.now()]))
    zone = ask.appointment.branch.zone
    first = max(ask.day, timezone.localdate(later, timezone=zone))
    return _diary(ask, first, availability.DAYS_AHEAD).next_free(later)


def _fit_to_work(practitioner: Practitioner, branch: Branch) -> Practitioner:
    """The practitioner as they are now, at this branch and active."""
    found = Practitioner.objects.active().select_related("resource", "user")
    now = found.filter(pk=practitioner.pk, resource__branch=branch, resource__branch__is_active=True).first()
    if now is None:
        raise Refusal(
            _("%(name)s takes no bookings at this branch.") % {"name": practitioner}, field="practitioner"
        )
    return now


def write_holds(asks: list[Ask]) -> None:
    """Write the holds, by ascending resource. Should somebody have come in past the locks, the constraint says so."""
    clip(asks)
    rows = [
        Hold(
            appointment=ask.appointment, resource_id=claim.resource_id, during=DateTimeTZRange(*claim.during)
        )
        for ask in asks
        for claim in ask.claims
    ]
    try:
        with transaction.atomic():
            Hold.objects.bulk_create(sorted(rows, key=lambda row: str(row.resource_id)))
            for ask in asks:
                sittings.hold(ask)
    except IntegrityError as problem:
        if not isinstance(problem.__cause__, ExclusionViolation):
            raise
        offers = next_free(asks[0])
        raise Refusal(_("Somebody else has just taken that time."), field="time", offers=offers) from None


def release_holds(appointment: Appointment) -> None:
    """Let go what a visit holds; the last of a sitting's slot lets the practitioner go too.

    A visit completed before its time keeps its share of the sitting: the practitioner has seen somebody in it.
    """
    appointment.holds.filter(released_at=None).update(released_at=timezone.now())
    if appointment.sitting_id and appointment.completed_at is None:
        sittings.leave(appointment)
