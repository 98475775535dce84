"""The waitlist: who asks for a visit without a time, who waits for one, and giving them one."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid_utils import compat

from appointments import availability, checks, fees, offers
from appointments.asks import Ask, Batch
from appointments.matching import When
from appointments.models import Appointment, Offer, Wish
from appointments.places import moment, take, write_holds
from appointments.steps import guard, locked, move, remember, take_numbers
from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal, Stale
from customers import domain as customers
from customers.models import Customer
from packages import domain as packages
from packages import queries
from packages.models import Session, Treatment
from staff.models import Practitioner, User

Status = Appointment.Status


@transaction.atomic
def request(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    treatment: Treatment,
    practitioner: Practitioner | None,
    when: When,
    anybody: bool = False,
    note: str = "",
    channel: str = Appointment.Channel.DESK,
    follows: Appointment | None = None,
) -> Appointment:
    """Somebody asks for a visit; the desk gives it a time, puts it on the waitlist or declines it.

    Without `practitioner` anybody who gives the treatment will do; with one and `anybody` they are only preferred.
    """
    practitioner, anybody = _giver(branch, treatment, practitioner, anybody)
    _check_when(branch, when)
    lock_row(Customer, customer.pk)
    asked = Appointment(
        id=compat.uuid7(),
        branch=branch,
        customer=customer,
        practitioner=practitioner,
        treatment=treatment,
        status=Status.REQUESTED,
        channel=Appointment.Channel(channel),
        follows=follows,
        note=note.strip(),
        booked_by=by,
    )
    ask = Ask(asked, practitioner, None, when.first_day)
    checks.check_wish(ask, Batch(by, branch, [ask]))
    _check_once(asked)
    (asked.number,) = take_numbers(branch, 1)
    _put_at(asked, when)
    asked.save(force_insert=True)
    Wish.objects.create(appointment=asked, any_practitioner=anybody, **vars(when))
    remember(by, asked, "request", "", event="appointment.requested")
    customers.know_at(customer=customer, branch=branch)
    return asked


@transaction.atomic
def join_waitlist(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    treatment: Treatment,
    practitioner: Practitioner | None,
    when: When,
    anybody: bool = False,
    note: str = "",
    channel: str = Appointment.Channel.DESK,
    follows: Appointment | None = None,
) -> Appointment:
    """Ask for a visit and wait for a time that becomes free; see `request`."""
    asked = request(
        by=by, branch=branch, customer=customer, treatment=treatment, practitioner=practitioner, when=when,
        anybody=anybody, note=note, channel=channel, follows=follows,
    )  # fmt: skip
    return waitlist(by=by, appointment=asked)


@transaction.atomic
def waitlist(*, by: User, appointment: Appointment) -> Appointment:
    """No time suits yet: whoever asked waits for one."""
    return move(by, appointment, "waitlist")


@transaction.atomic
def change_wish(
    *, by: User, appointment: Appointment, when: When, practitioner: Practitioner | None, anybody: bool, version: int
) -> Wish:  # fmt: skip
    """Other days, hours or people; the place in the line stays. `version` is that of the visit when it was looked at."""
    appointment = locked(appointment)
    guard(appointment, "schedule")
    if appointment.version != version:
        raise Stale(_("Somebody else changed this wish while you had it open. Look at it again."))
    who, anybody = _giver(appointment.branch, appointment.treatment, practitioner, anybody)
    _check_when(appointment.branch, when)
    appointment.practitioner = who
    _put_at(appointment, when)
    appointment.version += 1
    appointment.save(update_fields=["practitioner", "starts_at", "ends_at", "version", "updated_at"])
    wish, _made = Wish.objects.update_or_create(
        appointment=appointment, defaults=vars(when) | {"any_practitioner": anybody}
    )
    events.record("appointment.wish_changed", subject=appointment, by=by, branch_id=appointment.branch_id)
    return wish


@transaction.atomic
def schedule(
    *,
    by: User,
    appointment: Appointment,
    practitioner: Practitioner,
    starts_at: datetime.datetime,
    minutes: int | None = None,
    session: Session | None = None,
    despite_overlap: bool = False,
    offer: Offer | None = None,
) -> Appointment:
    """Give a requested or waitlisted visit its time, the same way as a booking; it keeps its number.

    With `session` that session of a package is reserved. What the visit's open offer holds is its own to take; another
    time than the offered one declines that.
    """
    appointment = locked(appointment)
    guard(appointment, "schedule")
    standing = offer or offers.open_of(appointment)
    local = moment(starts_at).astimezone(appointment.branch.zone)
    ask = Ask(appointment, practitioner, local, local.date(), minutes, session=session)
    batch = Batch(by, appointment.branch, [ask], despite_overlap=despite_overlap, offer=standing)
    checks.check_wish(ask, batch)
    if session:
        packages.reserve_session(by=by, session=session, appointment_id=appointment.pk, on=ask.day)
    take(batch)
    if ask.is_waitlisted:
        raise Refusal(_("That shift has no place left."), field="time")
    checks.check_person(ask, batch)
    ask.settle()
    place = {name: getattr(appointment, name) for name in PLACE}
    ask.appointment = move(by, appointment, "schedule", **place)
    write_holds([ask])
    fees.settle(by=by, appointment=ask.appointment)
    if standing and offer is None:
        is_that = (standing.starts_at, standing.practitioner_id) == (ask.visit.starts, practitioner.pk)
        offers.end(by=by, offer=standing, status=Offer.Status.ACCEPTED if is_that else Offer.Status.DECLINED)
    return ask.appointment


PLACE = ("practitioner", "starts_at", "ends_at", "sitting", "serial")


def _giver(
    branch: Branch, treatment: Treatment, practitioner: Practitioner | None, anybody: bool
) -> tuple[Practitioner, bool]:
    """Whom the visit is written to until it has a time: the one asked for, else the first who gives the treatment."""
    here = Practitioner.objects.active().filter(resource__branch=branch).select_related("resource", "user")
    named = queries.performers_of(treatment)
    if named is not None:
        here = here.filter(pk__in=named)
    if practitioner is None:
        first = here.order_by("resource__name").first()
        if first is None:
            raise Refusal(
                _("Nobody at this branch gives %(what)s.") % {"what": treatment}, field="practitioner"
            )
        return first, True
    found = here.filter(pk=practitioner.pk).first()
    if found is None:
        words = {"name": practitioner, "what": treatment}
        raise Refusal(_("%(name)s doesn't give %(what)s here.") % words, field="practitioner")
    return found, anybody


def _check_when(branch: Branch, when: When) -> None:
    if when.last_day < when.first_day:
        raise Refusal(_("The last day is before the first."), field="last_day")
    if when.last_day < timezone.localdate(timezone=branch.zone):
        raise Refusal(_("Those days have passed."), field="last_day")
    if when.earliest and when.latest and when.latest < when.earliest:
        raise Refusal(_("The latest time is before the earliest."), field="latest")


def _check_once(asked: Appointment) -> None:
    """Pressing twice doesn't make two; under the customer's lock."""
    waiting = Appointment.objects.filter(
        customer=asked.customer_id, treatment=asked.treatment_id, branch=asked.branch_id, status__in=Appointment.UNPLACED
    ).first()  # fmt: skip
    if waiting:
        words = {"name": asked.customer.full_name, "what": asked.treatment, "number": waiting.number}
        raise Refusal(_("%(name)s waits for %(what)s already: %(number)s.") % words, field="what")


def _put_at(visit: Appointment, when: When) -> None:
    """Until it has a time, a visit stands at the beginning of what would suit; no calendar shows it there."""
    begins = when.earliest or datetime.time.min
    visit.starts_at = availability.instant(when.first_day, begins, visit.branch.zone)
    visit.ends_at = visit.starts_at + datetime.timedelta(minutes=visit.treatment.minutes)
