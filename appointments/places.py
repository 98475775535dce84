"""A place in the calendar: queue for all who could serve, read everything again, hold, let go.

What decides about a time is read again under the locks; the exclusion constraint on holds is the net.
"""

import datetime
from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from appointments import availability, offers, sittings
from appointments.asks import Ask, Batch, Claim, diary_of, next_free
from appointments.availability import words
from appointments.models import Appointment, Hold, Offer
from appointments.slots import Span
from clinic.locks import lock_resources
from clinic.models import Branch, Resource
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
            _place(ask)
            _claim(ask, batch)


def _queue(asks: list[Ask]) -> set[UUID]:
    """Everything the visits could use, and what they have used so far: somebody may wait for it to become free."""
    ids = {resource_id for ask in asks for resource_id in ask.former}
    for ask in asks:
        branch, treatment = ask.appointment.branch, ask.appointment.treatment
        needed = availability.resources_for(branch, ask.practitioner, treatment, ask.room)
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


def _place(ask: Ask) -> None:
    """The time of one ask: the place is open."""
    ask.practitioner = _fit_to_work(ask.practitioner, ask.appointment.branch)
    if ask.after:  # as planned, unless that one's time followed from a serial number
        ask.starts_at = ask.after.visit.ends
        ask.day = timezone.localdate(ask.starts_at, timezone=ask.appointment.branch.zone)
    ask.diary = diary_of(ask)
    if ask.diary.why_never:
        raise Refusal(ask.diary.why_never, field="room" if ask.room else "practitioner")
    if ask.starts_at is None and ask.is_here_now:
        ask.starts_at = timezone.now().replace(second=0, microsecond=0)
    if ask.starts_at:
        ask.starts_at = moment(ask.starts_at)
    window = sittings.window_of(ask, ask.diary)
    if window:
        sittings.settle(ask, window, ask.diary)
    else:
        _settle(ask, ask.diary)


def _settle(ask: Ask, diary: availability.Diary) -> None:
    """A time of its own. An emergency is taken in however full the day is."""
    if ask.starts_at is None:
        raise Refusal(_("Choose a time."), field="time")
    minutes = ask.own_minutes
    length = length_of(ask.appointment.treatment if minutes is None else minutes)
    ask.visit = Span(ask.starts_at, ask.starts_at + length)
    grace = WALK_IN_GRACE if ask.is_here_now else datetime.timedelta(0)
    not_before = ask.not_before or timezone.now() - grace
    reason = diary.day(ask.day).why_closed(ask.visit, not_before)
    if reason and not (ask.is_squeezed_in and reason in sittings.FULL):
        said = diary.why_closed(ask.visit, not_before) or ""
        raise Refusal(said, field="time", offers=next_free(ask))


def _claim(ask: Ask, batch: Batch) -> None:
    """One lane of each kind. A sitting holds its practitioner for all; an emergency is taken in beside their visits."""
    if ask.is_waitlisted:
        return
    taken = [claim for other in batch.left for claim in other.claims]
    claims = []
    for group in ask.diary.groups:
        claim = _fitting(ask, group, taken)
        is_person = group.kind == Resource.Kind.PRACTITIONER
        if is_person and (ask.sitting or (claim is None and ask.is_squeezed_in)):
            continue
        if claim is None:
            raise Refusal(_why_taken(ask, group), field="time", offers=next_free(ask))
        claims.append(claim)
    ask.claims = claims


def _fitting(ask: Ask, group: availability.Group, taken: list[Claim]) -> Claim | None:
    """The lane of a group that is free: best one used so far, or by an earlier part of the visit."""
    used = ask.former | {claim.resource_id for claim in taken if claim.whole == ask.whole}
    for lane in sorted(group.lanes, key=lambda lane: lane.key not in used):
        claim = Claim(lane.key, ask.visit, lane.around(ask.visit), ask.whole)
        if lane.fits(ask.visit) and all(_agree(claim, other) for other in taken):
            return claim
    return None


def _why_taken(ask: Ask, group: availability.Group) -> str:
    if any(lane.fits(ask.visit) for lane in group.lanes):
        return _("Another visit of this booking is at that time.")
    wanted = group.lanes[0].around(ask.visit) if group.lanes else ask.visit
    kept = offers.why_kept(ask.appointment.branch, [lane.key for lane in group.lanes], wanted)
    if kept:
        return kept
    broken = next((reason for span, reason in group.out if span.overlaps(wanted)), None)
    return words.taken(group.kind, group.names, broken)


def _agree(one: Claim, other: Claim) -> bool:
    """Whether both can be had. Between the parts of a visit nothing is made ready: the next person on that chair is
    the same one. So neighbouring parts may touch, and `clip` lets their holds meet."""
    if one.resource_id != other.resource_id:
        return True
    if one.whole == other.whole:
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


def _fit_to_work(practitioner: Practitioner, branch: Branch) -> Practitioner:
    """The practitioner as they are now, at this branch and active."""
    found = Practitioner.objects.active().select_related("resource", "user")
    now = found.filter(pk=practitioner.pk, resource__branch=branch, resource__branch__is_active=True).first()
    if now is None:
        raise Refusal(
            _("%(name)s takes no bookings at this branch.") % {"name": practitioner}, field="practitioner"
        )
    return now


def write_holds(asks: list[Ask], offer: Offer | None = None) -> None:
    """Write the holds, by ascending resource: of the visits, or of the `offer` made to them. Should somebody have come
    in past the locks, the constraint says so."""
    clip(asks)
    rows = [
        Hold(
            appointment=None if offer else ask.appointment,
            offer=offer,
            resource_id=claim.resource_id,
            during=DateTimeTZRange(*claim.during),
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
        others = next_free(asks[0])
        raise Refusal(_("Somebody else has just taken that time."), field="time", offers=others) from None


def release_holds(appointment: Appointment) -> None:
    """Let go what a visit holds; the last of a sitting's slot lets the practitioner go too.

    A visit completed before its time keeps its share of the sitting: the practitioner has seen somebody in it.
    """
    appointment.holds.filter(released_at=None).update(released_at=timezone.now())
    if appointment.sitting_id and appointment.completed_at is None:
        sittings.leave(appointment)
