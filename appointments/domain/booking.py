"""Booking a visit, and moving it to another time or length."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid_utils import compat

from appointments import fees
from appointments.domain.life import check_in
from appointments.models import Appointment
from appointments.places import length_of, release_holds, take_place, write_holds
from appointments.slots import Span
from appointments.steps import guard, locked, remember, save, spoken, take_numbers
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal, Stale
from customers import domain as customers
from customers.models import Customer
from packages import domain as packages
from packages.models import Session, Treatment
from staff.models import Practitioner, User


@transaction.atomic
def book(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    practitioner: Practitioner,
    treatment: Treatment,
    starts_at: datetime.datetime,
    minutes: int | None = None,
    session: Session | None = None,
    note: str = "",
    is_walk_in: bool = False,
) -> Appointment:
    """Book a visit and hold everybody and everything it needs. `minutes` is its length, else the treatment's own.

    Refuses a time that is past, closed or taken; the refusal of a taken one carries `offers`, the next free times.
    With `session` that session of a package is reserved. A walk-in has arrived by being booked.
    """
    lock_row(Customer, customer.pk)
    _check_wish(branch, customer, treatment, session)
    length = length_of(treatment if minutes is None else minutes)
    visit = Span(starts_at.astimezone(datetime.UTC), starts_at.astimezone(datetime.UTC) + length)
    appointment = Appointment(
        id=compat.uuid7(),
        branch=branch,
        customer=customer,
        treatment=treatment,
        starts_at=visit.starts,
        ends_at=visit.ends,
        is_walk_in=is_walk_in,
        note=note.strip(),
        booked_by=by,
    )
    if session:
        on = timezone.localdate(visit.starts, timezone=branch.zone)
        packages.reserve_session(by=by, session=session, appointment_id=appointment.pk, on=on)
    lanes = take_place(appointment, practitioner, visit)
    (appointment.number,) = take_numbers(branch, 1)
    appointment.save(force_insert=True)
    write_holds(appointment, lanes, visit)
    fees.settle(by=by, appointment=appointment)
    customers.know_at(customer=customer, branch=branch)
    remember(by, appointment, "book", "", event="appointment.booked")
    return check_in(by=by, appointment=appointment) if is_walk_in else appointment


@transaction.atomic
def reschedule(
    *,
    by: User,
    appointment: Appointment,
    starts_at: datetime.datetime,
    practitioner: Practitioner | None = None,
    minutes: int | None = None,
    reason: str = "",
    version: int,
) -> Appointment:
    """Move a visit to another time, to another practitioner or to another length; what isn't given stays.

    `version` is that of the appointment when the mover looked at it: if somebody changed it since, this refuses. A
    reserved session moves only to a day on which its package is valid.
    """
    appointment = locked(appointment)
    if appointment.version != version:
        raise Stale(
            _("Somebody else changed this visit while you had it open. It is now on %(when)s; choose again.")
            % {"when": spoken(appointment)}
        )
    guard(appointment, "reschedule")
    was = {
        "was_at": appointment.starts_at,
        "was_until": appointment.ends_at,
        "was_with": appointment.practitioner,
    }
    length = length_of(appointment.minutes if minutes is None else minutes)
    visit = Span(starts_at.astimezone(datetime.UTC), starts_at.astimezone(datetime.UTC) + length)
    on = timezone.localdate(visit.starts, timezone=appointment.branch.zone)
    packages.check_move(appointment_id=appointment.pk, on=on)
    lanes = take_place(appointment, practitioner or appointment.practitioner, visit)
    release_holds(appointment)
    appointment.starts_at, appointment.ends_at = visit
    appointment.reschedule_count += 1
    appointment.reschedule_reason = reason.strip()
    save(appointment, "starts_at", "ends_at", "practitioner", "reschedule_count", "reschedule_reason")
    write_holds(appointment, lanes, visit)
    remember(
        by,
        appointment,
        "reschedule",
        appointment.status,
        reason.strip(),
        event="appointment.rescheduled",
        **was,
    )
    return appointment


def _check_wish(branch: Branch, customer: Customer, treatment: Treatment, session: Session | None) -> None:
    """What can't be booked whatever the time."""
    if not Branch.objects.filter(pk=branch.pk, is_active=True).exists():
        raise Refusal(
            _("%(branch)s is closed for good and takes no bookings.") % {"branch": branch.trade_name}
        )
    if not customer.is_active:
        raise Refusal(_("%(name)s is no longer an active customer.") % {"name": customer}, field="customer")
    if not treatment.is_active:
        raise Refusal(_("%(name)s is no longer on the menu.") % {"name": treatment}, field="what")
    if session is None:
        return
    if session.enrolment.customer_id != customer.pk:
        raise Refusal(_("That package belongs to another customer."), field="what")
    if session.enrolment.plan.treatment_id != treatment.pk:
        raise Refusal(_("That package is for another treatment."), field="what")
