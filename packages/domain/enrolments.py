"""A plan sold becomes an enrolment; its sessions are kept for visits, freed again, and counted with them."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from customers.models import Customer
from packages import ledger, proving
from packages.models import Enrolment, Entry, Plan, PlanPart, Session
from staff.models import Practitioner, User


@transaction.atomic
def enrol(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    plan: Plan,
    value: Decimal,
    on: datetime.date | None = None,
    add_ons: Sequence[PlanPart] = (),
) -> Enrolment:
    """Give a customer the plan's sessions on its terms of the day `on` (the branch's today unless given).

    `value` is their price before tax in rupees, that of the `add_ons` included. They stay as they are when the plan
    changes.
    """
    if not plan.is_active:
        raise Refusal(_("%(plan)s is no longer sold.") % {"plan": plan.name})
    if value < 0:
        raise Refusal(_("The price of a package can't be negative."))
    day = on or timezone.localdate(timezone=branch.zone)
    lock_row(Customer, customer.pk)
    enrolment = ledger.on_terms_of(
        plan, branch=branch, customer_id=customer.pk, value=value, on=day, add_ons=add_ons, by=by
    )
    ledger.begin(by=by, enrolment=enrolment, kind=Entry.Kind.SOLD, on=day)
    return enrolment


@transaction.atomic
def reserve_session(
    *, by: User, session: Session, appointment_id: UUID, on: datetime.date | None = None
) -> Session:
    """Keep a session for an appointment on the local day `on` (today unless given).

    Refuses when the package isn't active, is no longer valid that day or isn't paid that far, and when the session is
    taken.
    """
    enrolment = ledger.lock(session.enrolment_id)
    session = enrolment.sessions.get(pk=session.pk)
    ledger.check_active(enrolment)
    ledger.check_valid(enrolment, on)
    if session.status != Session.Status.PENDING:
        raise Refusal(ledger.taken(session), field="session")
    ledger.check_paid(enrolment)
    session.status, session.appointment_id = Session.Status.RESERVED, appointment_id
    ledger.save(session, "appointment_id")
    return session


@transaction.atomic
def check_move(*, appointment_id: UUID, on: datetime.date) -> None:
    """Refuse a local day on which the package of the session that an appointment reserved is no longer valid."""
    session = _lock_session_of(appointment_id)
    if session:
        ledger.check_valid(session.enrolment, on)


@transaction.atomic
def release_session(*, appointment_id: UUID) -> Session | None:
    """Free what an appointment had reserved; None when that is nothing. A completed session stays completed."""
    session = _lock_session_of(appointment_id)
    if session is None or session.status != Session.Status.RESERVED:
        return None
    session.status, session.appointment_id = Session.Status.PENDING, None
    ledger.save(session, "appointment_id")
    return session


@transaction.atomic
def complete_session(
    *, by: User, appointment_id: UUID, practitioner: Practitioner | None, note: str
) -> Session | None:
    """Count the session that the appointment reserved, once; None when it reserved none.

    With the last one the enrolment is completed. Refuses where the package asks for a proof that wasn't given today.
    """
    session = _lock_session_of(appointment_id)
    if session is None:
        return None
    enrolment = session.enrolment
    if session.status == Session.Status.COMPLETED:
        raise Refusal(ledger.taken(session))
    ledger.check_active(enrolment)
    proving.check_proven(session)
    cause = ("appointment", appointment_id)
    ledger.complete(by=by, session=session, practitioner=practitioner, note=note, cause=cause)
    return session


def _lock_session_of(appointment_id: UUID) -> Session | None:
    """The appointment's session, read again under the locks of its customer and its enrolment."""
    found = Session.objects.select_related("enrolment").filter(appointment_id=appointment_id).first()
    if found is None:
        return None
    enrolment = ledger.lock_with_customer(found.enrolment)
    session = Session.objects.filter(pk=found.pk, appointment_id=appointment_id).first()
    if session:
        session.enrolment = enrolment
    return session
