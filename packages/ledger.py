"""What the verbs of packages share: the locked row, what may be done with it now, and writing its entries."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import events, prices
from clinic.locks import lock_row
from clinic.refusals import Refusal
from customers import domain as customers
from customers.models import Customer
from packages import liability
from packages.models import Enrolment, Entry, Plan, PlanPart, Session, Tally
from staff.models import Practitioner, User


def lock(enrolment_id: UUID) -> Enrolment:
    rows = Enrolment.objects.select_related("branch").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=enrolment_id)


def lock_with_customer(enrolment: Enrolment) -> Enrolment:
    """The enrolment read again under its customer's lock and its own."""
    lock_row(Customer, enrolment.customer_id)
    return lock(enrolment.pk)


def today_of(enrolment: Enrolment) -> datetime.date:
    return timezone.localdate(timezone=enrolment.branch.zone)


def tally_of(enrolment: Enrolment) -> Tally:
    """What its entries add up to now; read it under the enrolment's lock."""
    return Tally.objects.filter(pk=enrolment.pk).first() or Tally(enrolment_id=enrolment.pk)


def enter(
    *, by: User | None, enrolment: Enrolment, kind: str, sessions: int = 0, on: datetime.date | None = None, **more: Any
) -> Entry:  # fmt: skip
    """Write one entry; its amount follows from how many sessions there are before and after it."""
    before = tally_of(enrolment).remaining
    worth = [
        liability.unused(enrolment.value, enrolment.session_count, left)
        for left in (before, before + sessions)
    ]
    return Entry.objects.create(
        enrolment=enrolment,
        kind=kind,
        sessions=sessions,
        amount=worth[1] - worth[0],
        on=on or today_of(enrolment),
        by=by,
        **more,
    )


def check_active(enrolment: Enrolment) -> None:
    if enrolment.status == Enrolment.Status.ACTIVE:
        return
    names = {"plan": enrolment.plan_name, "status": enrolment.get_status_display().lower()}
    if enrolment.status == Enrolment.Status.FROZEN and enrolment.frozen_until:
        names["status"] = _("frozen until %(day)s") % {"day": date_format(enrolment.frozen_until, "j M Y")}
    raise Refusal(_("%(plan)s is %(status)s, so no session of it can be used.") % names, field="session")


def check_valid(enrolment: Enrolment, on: datetime.date | None = None) -> None:
    today = today_of(enrolment)
    if enrolment.last_day and enrolment.last_day < max(on or today, today):
        raise Refusal(
            _("%(plan)s was to be used until %(day)s. Sell a new package, or book without one.")
            % {"plan": enrolment.plan_name, "day": date_format(enrolment.last_day, "j M Y")},
            field="session",
        )


def check_paid(enrolment: Enrolment) -> None:
    """Of a package paid in instalments one more session may be used or booked; what is booked counts as used."""
    tally = tally_of(enrolment)
    booked = enrolment.sessions.filter(status=Session.Status.RESERVED).count()
    if tally.used + booked < tally.unlocked or tally.unlocked >= enrolment.session_count:
        return
    names = {"plan": enrolment.plan_name, "paid": tally.unlocked, "count": enrolment.session_count}
    sentence = _("%(paid)s of %(count)s sessions of %(plan)s are paid. Take the next instalment first.")
    raise Refusal(sentence % names, field="session")


def taken(session: Session) -> str:
    names = {"number": session.number}
    if session.status == Session.Status.COMPLETED:
        return _("Session %(number)s has already been completed.") % names
    if session.status == Session.Status.LOST:
        return _("Session %(number)s is no longer to come.") % names
    return _("Session %(number)s is already booked.") % names


def on_terms_of(
    plan: Plan, *, value: Decimal, on: datetime.date, add_ons: Sequence[PlanPart] = (), **more: Any
) -> Enrolment:
    """A new enrolment on the plan's terms of today, which stay as they are when the plan changes."""
    return Enrolment.objects.create(
        plan=plan,
        plan_name=plan.name,
        session_count=plan.session_count,
        value=value,
        enrolled_on=on,
        valid_days=plan.valid_days,
        valid_until=None if plan.starts_at_first_use else on + datetime.timedelta(days=plan.valid_days),
        grace_days=plan.grace_days,
        starts_at_first_use=plan.starts_at_first_use,
        payment=plan.payment,
        instalments=plan.instalments,
        asks_for=plan.asks_for,
        terms=_terms(plan, add_ons, prices.price_at(plan, more["branch"], on)),
        **more,
    )


def _terms(plan: Plan, add_ons: Sequence[PlanPart], price: Decimal | None) -> dict[str, Any]:
    """What was sold, in words that no later change of the plan touches."""
    parts = plan.parts.filter(is_add_on=False).select_related("treatment")
    return {
        "plan": plan.name,
        "edition": plan.edition,
        "description": plan.description,
        "treatment": plan.treatment.name,
        "sessions": plan.session_count,
        "price": str(price),
        "price_includes_tax": plan.price_includes_tax,
        "components": [part.name for part in parts],
        "add_ons": [{"name": part.name, "price": str(part.price or 0)} for part in add_ons],
    }


def begin(*, by: User, enrolment: Enrolment, kind: str, on: datetime.date, **entry: Any) -> None:
    """Make the sessions of a new enrolment and its first entry, and tell of it."""
    Session.objects.bulk_create(
        Session(enrolment=enrolment, number=number) for number in range(1, enrolment.session_count + 1)
    )
    enter(by=by, enrolment=enrolment, kind=kind, sessions=enrolment.session_count, on=on, **entry)
    note_standing(enrolment.customer_id)
    events.record(
        "enrolment.created",
        subject=enrolment,
        by=by,
        branch_id=enrolment.branch_id,
        customer_id=str(enrolment.customer_id),
        sessions=enrolment.session_count,
    )


def complete(
    *, by: User, session: Session, practitioner: Practitioner | None, note: str, cause: tuple[str, UUID]
) -> None:
    """Write a session as used. What may forbid it was asked before."""
    enrolment = session.enrolment
    session.status, session.practitioner, session.note = Session.Status.COMPLETED, practitioner, note
    session.completed_at, session.completed_by = timezone.now(), by
    save(session, "practitioner", "note", "completed_at", "completed_by")
    day = timezone.localdate(session.completed_at, timezone=enrolment.branch.zone)
    remaining = use(by=by, enrolment=enrolment, session=session, day=day, cause=cause)
    events.record(
        "session.completed",
        subject=session,
        by=by,
        branch_id=enrolment.branch_id,
        enrolment_id=str(enrolment.pk),
        number=session.number,
        remaining=remaining,
    )


def use(
    *, by: User, enrolment: Enrolment, session: Session, day: datetime.date, cause: tuple[str, UUID]
) -> int:
    """Enter a completed session: the validity begins with the first, the last one completes the package.

    Returns how many remain.
    """
    kind, id_ = cause
    enter(
        by=by, enrolment=enrolment, kind=Entry.Kind.USED, sessions=-1, on=day, session=session,
        cause_kind=kind, cause_id=id_,
    )  # fmt: skip
    if enrolment.valid_until is None:
        enrolment.valid_until = day + datetime.timedelta(days=enrolment.valid_days)
    remaining = tally_of(enrolment).remaining
    if not remaining:
        enrolment.status = Enrolment.Status.COMPLETED
    save(enrolment, "valid_until")
    if not remaining:
        note_standing(enrolment.customer_id)
    return remaining


def drop_sessions(enrolment: Enrolment) -> None:
    """What was still to come comes no more."""
    _turn(enrolment, Session.Status.PENDING, Session.Status.LOST)


def restore_sessions(enrolment: Enrolment) -> int:
    """What had been lost is to come again; returns how many."""
    return _turn(enrolment, Session.Status.LOST, Session.Status.PENDING)


def _turn(enrolment: Enrolment, was: str, will_be: str) -> int:
    sessions = list(enrolment.sessions.filter(status=was))
    for session in sessions:
        session.status = will_be
        save(session)
    return len(sessions)


def worth_of(enrolment: Enrolment) -> liability.Worth:
    tally = tally_of(enrolment)
    return liability.Worth(sessions=tally.remaining, unused=tally.owed, used=tally.earned, paid=tally.paid)


def save(row: Session | Enrolment, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=["status", "version", "updated_at", *fields])


def note_standing(customer_id: UUID) -> None:
    active = Enrolment.objects.active().filter(customer_id=customer_id).count()
    customers.note_standing(customer_id=customer_id, active_packages=active)
