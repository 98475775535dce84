"""Offers: a free time kept for one person until they have answered. One winner, whoever else wants it meanwhile."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from uuid_utils import compat

from appointments import checks, freed, offers
from appointments.asks import Ask, Batch
from appointments.domain.booking import book
from appointments.domain.waitlist import schedule
from appointments.models import Appointment, BookingRules, Offer, StatusChange
from appointments.places import take, write_holds
from appointments.steps import locked
from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from customers.models import Customer
from packages.models import Session, usable_on
from staff.models import Practitioner, User

Status = Offer.Status
AT_ONCE = 200  # offers that run out, settled by one run of the job


@transaction.atomic
def offer(
    *,
    by: User | None,
    branch: Branch,
    practitioner: Practitioner,
    starts_at: datetime.datetime,
    appointment: Appointment | None = None,
    session: Session | None = None,
) -> Offer:
    """Keep a time for somebody on the waitlist, or the owner of a due session, for the branch's `offer_minutes`, at most
    until it begins. `by` is None for the job.

    Refuses as a booking at that time would; also where they have an open offer. A shift given out by numbers has places
    rather than times: those aren't kept.
    """
    customer, treatment, witness = _who(appointment, session)
    lock_row(Customer, customer.pk)
    _check_waits(customer, appointment, session, starts_at)
    sketch = Appointment(
        id=compat.uuid7(),
        branch=branch,
        customer=customer,
        practitioner=practitioner,
        treatment=treatment,
        booked_by=by or witness,
    )
    local = starts_at.astimezone(branch.zone)
    ask = Ask(sketch, practitioner, local, local.date(), session=session)
    batch = Batch(by or witness, branch, [ask])
    checks.check_wish(ask, batch)
    take(batch)
    if ask.sitting or ask.is_waitlisted:
        raise Refusal(_("In that shift people come by number: give them the next one instead."), field="time")
    checks.check_person(ask, batch)
    minutes = datetime.timedelta(minutes=batch.rules.offer_minutes)
    made = Offer.objects.create(
        branch=branch,
        customer=customer,
        appointment=appointment,
        session=session,
        treatment=treatment,
        practitioner=practitioner,
        starts_at=ask.visit.starts,
        ends_at=ask.visit.ends,
        held_until=min(timezone.now() + minutes, ask.visit.starts),
    )
    write_holds([ask], offer=made)
    events.record("offer.made", subject=made, by=by, branch_id=branch.pk)
    return made


@transaction.atomic
def accept(*, by: User, offer: Offer, despite_overlap: bool = False) -> Appointment:
    """They take it: the visit that waited has its time, or the due session is booked. Refuses once it has run out."""
    offer = _locked(offer)
    _check_open(offer)
    _check_in_time(offer)
    if offer.session:
        visit = book(
            by=by, branch=offer.branch, customer=offer.customer, practitioner=offer.practitioner,
            treatment=offer.treatment, starts_at=_local(offer), session=offer.session, offer=offer,
            despite_overlap=despite_overlap,
        )  # fmt: skip
    else:
        visit = schedule(
            by=by, appointment=_appointment(offer), practitioner=offer.practitioner, starts_at=_local(offer),
            session=freed.session_for(_appointment(offer), _local(offer).date()), offer=offer,
            despite_overlap=despite_overlap,
        )  # fmt: skip
    offers.end(by=by, offer=offer, status=Status.ACCEPTED, appointment=visit)
    return visit


@transaction.atomic
def decline(*, by: User, offer: Offer, reason: str = "") -> Offer:
    """They don't want it, or the desk takes it back: it goes to the next. Who waits goes on waiting."""
    offer = _locked(offer)
    _check_open(offer)
    if offer.appointment and reason.strip():
        status = offer.appointment.status
        StatusChange.objects.create(
            appointment=offer.appointment, verb="decline", from_status=status, to_status=status, by=by,
            note=reason.strip()[:200],
        )  # fmt: skip
    return offers.end(by=by, offer=offer, status=Status.DECLINED)


def expire() -> list[Offer]:
    """What nobody answered in time is free again. For the job; each in a transaction of its own."""
    over = Offer.objects.filter(status=Status.HELD, held_until__lte=timezone.now())
    return [ended for each in over[:AT_ONCE] if (ended := _expire(each))]


@transaction.atomic
def _expire(offer: Offer) -> Offer | None:
    offer = _locked(offer)
    if offer.status != Status.HELD or offer.held_until > timezone.now():
        return None
    return offers.end(by=None, offer=offer, status=Status.EXPIRED)


def offer_freed() -> list[Offer]:
    """Offer what has become free to whom it suits best, at every branch that is open now. For the job, each minute.

    What became free is read from what happened (see `freed`), not told by the verbs that free it: no cause is
    forgotten, the desk waits for nothing, and a run that is missed is made up for by the next.
    """
    made: list[Offer] = []
    for branch in Branch.objects.filter(is_active=True):
        if freed.is_somebody_waiting(branch) and freed.is_open(branch, timezone.now()):
            made += _offer_at(branch)
    return made


def _offer_at(branch: Branch) -> list[Offer]:
    """At most one offer for each stretch of freed time, the next one a minute later. A branch that keeps nothing, for 0
    minutes, offers by hand."""
    now, minutes = timezone.now(), BookingRules.of(branch).offer_minutes
    search = freed.Search(branch, now, now + datetime.timedelta(minutes=minutes))
    made: list[Offer] = []
    if not minutes:
        return made
    for time in search.times():
        for candidate, start in search.matches(time):
            try:
                made.append(
                    offer(
                        by=None,
                        branch=branch,
                        practitioner=time.practitioner,
                        starts_at=start,
                        **candidate.what,
                    )
                )
                break
            except Refusal:  # the next one then
                continue
    return made


def _who(appointment: Appointment | None, session: Session | None) -> tuple:
    if appointment:
        return appointment.customer, appointment.treatment, appointment.booked_by
    if session is None:
        raise ValueError("An offer is made to somebody.")
    return session.enrolment.customer, session.enrolment.plan.treatment, session.enrolment.by


def _check_waits(
    customer: Customer, appointment: Appointment | None, session: Session | None, starts_at: datetime.datetime
) -> None:
    if appointment and locked(appointment).status != Appointment.Status.WAITLISTED:
        raise Refusal(_("%(name)s isn't on the waitlist any more.") % {"name": customer.full_name})
    if session and not _is_due(session, starts_at):
        raise Refusal(_("That session of the package is booked or done, or the package has lapsed."))
    if Offer.objects.filter(customer=customer, status=Status.HELD).exists():
        raise Refusal(_("%(name)s has an open offer already.") % {"name": customer.full_name})


def _is_due(session: Session, starts_at: datetime.datetime) -> bool:
    return Session.objects.filter(
        usable_on(starts_at.date(), "enrolment__"), pk=session.pk, status=Session.Status.PENDING
    ).exists()


def _locked(offer: Offer) -> Offer:
    """The offer as it is now; its customer's row, its visit's and its own locked, in that order."""
    lock_row(Customer, offer.customer_id)
    if offer.appointment:
        locked(offer.appointment)
    rows = Offer.objects.select_related(*offers.WITH_ALL)
    return rows.select_for_update(of=("self",), no_key=True).get(pk=offer.pk)


def _check_open(offer: Offer) -> None:
    if offer.status != Status.HELD:
        said = {
            Status.ACCEPTED: _("This offer has been accepted already."),
            Status.DECLINED: _("This offer has been declined already."),
            Status.EXPIRED: _("This offer has run out. Find another time."),
        }
        raise Refusal(said[Status(offer.status)])


def _check_in_time(offer: Offer) -> None:
    if offer.held_until <= timezone.now():
        at = date_format(offer.held_until.astimezone(offer.branch.zone), "H:i")
        raise Refusal(_("This offer ran out at %(time)s. Find another time.") % {"time": at})


def _appointment(offer: Offer) -> Appointment:
    if offer.appointment is None:
        raise ValueError("This offer isn't made to somebody on the waitlist.")
    return offer.appointment


def _local(offer: Offer) -> datetime.datetime:
    return offer.starts_at.astimezone(offer.branch.zone)
