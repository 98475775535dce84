"""A plan sold becomes an enrolment; its sessions are kept for visits, freed again, and counted with them."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events
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
    enrolment = Enrolment.objects.create(
        branch=branch,
        customer=customer,
        plan=plan,
        plan_name=plan.name,
        session_count=plan.session_count,
        value=value,
        enrolled_on=day,
        valid_days=plan.valid_days,
        valid_until=None if plan.starts_at_first_use else day + datetime.timedelta(days=plan.valid_days),
        grace_days=plan.grace_days,
        starts_at_first_use=plan.starts_at_first_use,
        payment=plan.payment,
        instalments=plan.instalments,
        asks_for=plan.asks_for,
        terms=_terms(plan, add_ons),
        by=by,
    )
    begin(by=by, enrolment=enrolment, kind=Entry.Kind.SOLD, on=day)
    return enrolment


@transaction.atomic
def begin(*, by: User, enrolment: Enrolment, kind: str, on: datetime.date, **entry: Any) -> None:
    """Make the sessions of a new enrolment and its first entry, and tell of it."""
    Session.objects.bulk_create(
        Session(enrolment=enrolment, number=number) for number in range(1, enrolment.session_count + 1)
    )
    ledger.enter(by=by, enrolment=enrolment, kind=kind, sessions=enrolment.session_count, on=on, **entry)
    ledger.note_standing(enrolment.customer_id)
    events.record(
        "enrolment.created",
        subject=enrolment,
        by=by,
        branch_id=enrolment.branch_id,
        customer_id=str(enrolment.customer_id),
        sessions=enrolment.session_count,
    )


def _terms(plan: Plan, add_ons: Sequence[PlanPart]) -> dict[str, Any]:
    """What was sold, in words that no later change of the plan touches."""
    parts = plan.parts.filter(is_add_on=False).select_related("treatment")
    return {
        "plan": plan.name,
        "edition": plan.edition,
        "description": plan.description,
        "treatment": plan.treatment.name,
        "sessions": plan.session_count,
        "price": str(plan.price),
        "price_includes_tax": plan.price_includes_tax,
        "components": [part.name for part in parts],
        "add_ons": [{"name": part.name, "price": str(part.price or 0)} for part in add_ons],
    }


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
    complete(by=by, session=session, practitioner=practitioner, note=note, cause=cause)
    return session


@transaction.atomic
def complete(
    *, by: User, session: Session, practitioner: Practitioner | None, note: str, cause: tuple[str, UUID]
) -> None:
    """Write a session as used, for what the checks of the verbs above have found to be right."""
    enrolment = session.enrolment
    session.status, session.practitioner, session.note = Session.Status.COMPLETED, practitioner, note
    session.completed_at, session.completed_by = timezone.now(), by
    ledger.save(session, "practitioner", "note", "completed_at", "completed_by")
    day = timezone.localdate(session.completed_at, timezone=enrolment.branch.zone)
    remaining = ledger.use(by=by, enrolment=enrolment, session=session, day=day, cause=cause)
    events.record(
        "session.completed",
        subject=session,
        by=by,
        branch_id=enrolment.branch_id,
        enrolment_id=str(enrolment.pk),
        number=session.number,
        remaining=remaining,
    )


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
