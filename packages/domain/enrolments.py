"""What happens to enrolments and their sessions."""

import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from customers import domain as customers
from customers.models import Customer
from packages.models import Enrolment, Plan, Session
from staff.models import Practitioner, User


@transaction.atomic
def enrol(
    *, by: User, branch: Branch, customer: Customer, plan: Plan, value: Decimal, on: datetime.date
) -> Enrolment:
    """Give a customer the plan's sessions on the terms of the day `on`; `value` is their price before tax, in rupees."""
    if not plan.is_active:
        raise Refusal(_("%(plan)s is no longer sold.") % {"plan": plan.name})
    if value < 0:
        raise Refusal(_("The price of a package can't be negative."))
    lock_row(Customer, customer.pk)
    enrolment = Enrolment.objects.create(
        branch=branch,
        customer=customer,
        plan=plan,
        plan_name=plan.name,
        session_count=plan.session_count,
        value=value,
        enrolled_on=on,
        valid_until=on + datetime.timedelta(days=plan.valid_days),
        by=by,
    )
    Session.objects.bulk_create(
        Session(enrolment=enrolment, number=number) for number in range(1, plan.session_count + 1)
    )
    _note_standing(customer.pk)
    events.record(
        "enrolment.created",
        subject=enrolment,
        by=by,
        branch_id=branch.pk,
        customer_id=str(customer.pk),
        sessions=plan.session_count,
    )
    return enrolment


@transaction.atomic
def reserve_session(
    *, by: User, session: Session, appointment_id: UUID, on: datetime.date | None = None
) -> Session:
    """Keep a session for an appointment on the local day `on` (today unless given).

    Refuses when the package isn't active or is no longer valid that day, and when the session is taken.
    """
    enrolment = _lock(session.enrolment_id)
    session = enrolment.sessions.get(pk=session.pk)
    _check_active(enrolment)
    _check_valid(enrolment, on)
    if session.status != Session.Status.PENDING:
        raise Refusal(_taken(session), field="session")
    session.status, session.appointment_id = Session.Status.RESERVED, appointment_id
    _save(session, "appointment_id")
    return session


@transaction.atomic
def check_move(*, appointment_id: UUID, on: datetime.date) -> None:
    """Refuse a local day on which the package of the session that an appointment reserved is no longer valid."""
    session = _lock_session_of(appointment_id)
    if session:
        _check_valid(session.enrolment, on)


@transaction.atomic
def release_session(*, appointment_id: UUID) -> Session | None:
    """Free what an appointment had reserved; None when that is nothing. A completed session stays completed."""
    session = _lock_session_of(appointment_id)
    if session is None or session.status != Session.Status.RESERVED:
        return None
    session.status, session.appointment_id = Session.Status.PENDING, None
    _save(session, "appointment_id")
    return session


@transaction.atomic
def complete_session(
    *, by: User, appointment_id: UUID, practitioner: Practitioner | None, note: str
) -> Session | None:
    """Count the session that the appointment reserved, once; None when it reserved none.

    With the last one the enrolment is completed.
    """
    session = _lock_session_of(appointment_id)
    if session is None:
        return None
    enrolment = session.enrolment
    if session.status == Session.Status.COMPLETED:
        raise Refusal(_taken(session))
    _check_active(enrolment)
    session.status, session.practitioner, session.note = Session.Status.COMPLETED, practitioner, note
    session.completed_at, session.completed_by = timezone.now(), by
    _save(session, "practitioner", "note", "completed_at", "completed_by")
    remaining = enrolment.sessions.exclude(status=Session.Status.COMPLETED).count()
    if not remaining:
        enrolment.status = Enrolment.Status.COMPLETED
        _save(enrolment)
        _note_standing(enrolment.customer_id)
    events.record(
        "session.completed",
        subject=session,
        by=by,
        branch_id=enrolment.branch_id,
        enrolment_id=str(enrolment.pk),
        number=session.number,
        remaining=remaining,
    )
    return session


def _lock(enrolment_id: UUID) -> Enrolment:
    rows = Enrolment.objects.select_related("branch").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=enrolment_id)


def _lock_session_of(appointment_id: UUID) -> Session | None:
    """The appointment's session, read again under the locks of its customer and its enrolment."""
    found = Session.objects.select_related("enrolment").filter(appointment_id=appointment_id).first()
    if found is None:
        return None
    lock_row(Customer, found.enrolment.customer_id)
    enrolment = _lock(found.enrolment_id)
    session = Session.objects.filter(pk=found.pk, appointment_id=appointment_id).first()
    if session:
        session.enrolment = enrolment
    return session


def _check_active(enrolment: Enrolment) -> None:
    if enrolment.status != Enrolment.Status.ACTIVE:
        raise Refusal(
            _("%(plan)s is %(status)s, so no session of it can be used.")
            % {"plan": enrolment.plan_name, "status": enrolment.get_status_display().lower()},
            field="session",
        )


def _check_valid(enrolment: Enrolment, on: datetime.date | None) -> None:
    today = timezone.localdate(timezone=enrolment.branch.zone)
    if enrolment.has_lapsed(max(on or today, today)):
        raise Refusal(
            _("%(plan)s was to be used until %(day)s. Sell a new package, or book without one.")
            % {"plan": enrolment.plan_name, "day": date_format(enrolment.valid_until, "j M Y")},
            field="session",
        )


def _taken(session: Session) -> str:
    if session.status == Session.Status.COMPLETED:
        return _("Session %(number)s has already been completed.") % {"number": session.number}
    return _("Session %(number)s is already booked.") % {"number": session.number}


def _save(row: Session | Enrolment, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=["status", "version", "updated_at", *fields])


def _note_standing(customer_id: UUID) -> None:
    active = Enrolment.objects.active().filter(customer_id=customer_id).count()
    customers.note_standing(customer_id=customer_id, active_packages=active)
