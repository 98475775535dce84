"""What changes a package in a customer's hands. Each change is an entry in its ledger.

Nothing changes while a session is booked: what was promised is called off first.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import events
from clinic.locks import lock_row
from clinic.refusals import Refusal
from customers.models import Customer
from packages import ledger, liability, queries
from packages.liability import Worth
from packages.models import Enrolment, Entry, Plan, Session
from staff.models import User

Status, Kind = Enrolment.Status, Entry.Kind
LONGEST_EXTENSION = 3650  # days
IN_HAND = (Status.ACTIVE, Status.FROZEN, Status.LAPSED)


@dataclass(frozen=True)
class Exchanged:
    """`difference` in rupees before tax: what the new package costs beyond the `credit`; below zero, what goes back."""

    enrolment: Enrolment
    credit: Decimal
    difference: Decimal


@transaction.atomic
def freeze(*, by: User, enrolment: Enrolment, reason: str, until: datetime.date | None = None) -> Enrolment:
    """Let a package rest from today, up to the day `until` on which it may be used again, or until it is unfrozen."""
    enrolment = _for_change(enrolment, reason, (Status.ACTIVE,))
    ledger.check_valid(enrolment)
    today = ledger.today_of(enrolment)
    if until and until <= today:
        raise Refusal(_("Choose a day after today."), field="until")
    enrolment.status, enrolment.frozen_on, enrolment.frozen_until = Status.FROZEN, today, until
    ledger.enter(by=by, enrolment=enrolment, kind=Kind.FROZEN, reason=reason.strip())
    return _changed(by, enrolment, "enrolment.frozen")


@transaction.atomic
def unfreeze(*, by: User | None, enrolment: Enrolment) -> Enrolment:
    """Make a frozen package usable; its validity is longer by the days it rested. `by` is None for the nightly job."""
    enrolment = ledger.lock_with_customer(enrolment)
    if enrolment.status != Status.FROZEN or enrolment.frozen_on is None:
        raise Refusal(_("%(plan)s isn't frozen.") % {"plan": enrolment.plan_name})
    days = (ledger.today_of(enrolment) - enrolment.frozen_on).days
    enrolment.status, enrolment.frozen_on, enrolment.frozen_until = Status.ACTIVE, None, None
    _lengthen(enrolment, days)
    ledger.enter(by=by, enrolment=enrolment, kind=Kind.UNFROZEN, days=days)
    return _changed(by, enrolment, "enrolment.unfrozen", "valid_until")


@transaction.atomic
def extend(*, by: User, enrolment: Enrolment, days: int, reason: str) -> Enrolment:
    """Make the validity longer by 1 to 3650 days; a package that has lapsed is usable again with what it had left."""
    enrolment = _for_change(enrolment, reason, IN_HAND, even_booked=True)
    if not 1 <= days <= LONGEST_EXTENSION:
        raise Refusal(_("Extend by 1 to %(most)s days.") % {"most": LONGEST_EXTENSION}, field="days")
    if enrolment.valid_until is None:
        raise Refusal(_("Its validity begins with the first session, so there is nothing to extend yet."))
    _lengthen(enrolment, days)
    if enrolment.last_day and enrolment.last_day < ledger.today_of(enrolment):
        raise Refusal(
            _("It would still have ended on %(day)s. Extend it by more days.")
            % {"day": date_format(enrolment.last_day, "j M Y")},
            field="days",
        )
    back = 0
    if enrolment.status == Status.LAPSED:
        enrolment.status, back = Status.ACTIVE, ledger.restore_sessions(enrolment)
    ledger.enter(
        by=by, enrolment=enrolment, kind=Kind.EXTENDED, days=days, sessions=back, reason=reason.strip()
    )
    return _changed(by, enrolment, "enrolment.extended", "valid_until")


@transaction.atomic
def transfer(*, by: User, enrolment: Enrolment, customer: Customer, reason: str) -> Enrolment:
    """Give all that is left to another customer of the house; returns their new enrolment, on the same terms.

    What was paid for the sessions left goes with them.
    """
    if customer.pk == enrolment.customer_id:
        raise Refusal(_("It belongs to %(name)s already.") % {"name": customer.full_name}, field="customer")
    for pk in sorted([customer.pk, enrolment.customer_id]):
        lock_row(Customer, pk)
    old = _for_change(enrolment, reason, (Status.ACTIVE,))
    ledger.check_valid(old)
    customer.refresh_from_db()
    if not customer.is_active or customer.organisation_id != old.branch.organisation_id:
        raise Refusal(
            _("%(name)s can't take it over: the record is inactive.") % {"name": customer.full_name},
            field="customer",
        )
    worth = ledger.worth_of(old)
    _leave(by, old, Status.TRANSFERRED, Kind.TRANSFERRED_OUT, worth, reason)
    same = {
        name: getattr(old, name)
        for name in (
            "branch", "plan", "plan_name", "valid_days", "valid_until", "grace_days", "starts_at_first_use", "payment",
            "instalments", "asks_for", "terms",
        )
    }  # fmt: skip
    new = Enrolment.objects.create(
        **same,
        customer=customer,
        session_count=worth.sessions,
        value=worth.unused,
        enrolled_on=ledger.today_of(old),
        came_from=old,
        by=by,
    )
    _arrive(by, new, Kind.TRANSFERRED_IN, worth.refundable, reason)
    _changed(by, old, "enrolment.transferred")
    return new


@transaction.atomic
def exchange(
    *, by: User, enrolment: Enrolment, plan: Plan, reason: str, value: Decimal | None = None
) -> Exchanged:
    """Count the unused part toward another package that costs `value` before tax (as the plan is sold today unless given).

    The credit is the value of the sessions left; of a package paid session by session only what was paid ahead.
    """
    old = _for_change(enrolment, reason, (Status.ACTIVE, Status.FROZEN))
    if not plan.is_active:
        raise Refusal(_("%(plan)s is no longer sold.") % {"plan": plan.name}, field="plan")
    worth = ledger.worth_of(old)
    today = ledger.today_of(old)
    price = queries.quote(plan, [], old.branch, today).value if value is None else value
    if price < 0:
        raise Refusal(_("The price of a package can't be negative."), field="value")
    _leave(by, old, Status.EXCHANGED, Kind.EXCHANGED_OUT, worth, reason)
    new = ledger.on_terms_of(
        plan, branch=old.branch, customer_id=old.customer_id, value=price, on=today, came_from=old, by=by
    )
    _arrive(by, new, Kind.EXCHANGED_IN, min(worth.refundable, price), reason)
    _changed(by, old, "enrolment.exchanged")
    credit = liability.credit(worth, old.payment)
    return Exchanged(new, credit, price - credit)


@transaction.atomic
def give_back(*, by: User, enrolment: Enrolment, reason: str) -> Worth:
    """Close a package whose unused part is given back; what it is worth is returned, the money follows by its bill."""
    enrolment = _for_change(enrolment, reason, (Status.ACTIVE, Status.FROZEN))
    worth = ledger.worth_of(enrolment)
    _leave(by, enrolment, Status.RETURNED, Kind.RETURNED, worth, reason, money=Decimal(0))
    _changed(by, enrolment, "enrolment.returned")
    return worth


@transaction.atomic
def cancel(*, by: User, enrolment: Enrolment, reason: str) -> Enrolment:
    """Undo the sale of a package that was never used; its bill is cancelled with it."""
    enrolment = _for_change(enrolment, reason, (Status.ACTIVE, Status.FROZEN, Status.LAPSED))
    worth = ledger.worth_of(enrolment)
    if ledger.tally_of(enrolment).used:
        sentence = _(
            "Sessions of %(plan)s were used, so it can't be undone. Write a credit note for the rest."
        )
        raise Refusal(sentence % {"plan": enrolment.plan_name})
    if worth.sessions:
        _leave(by, enrolment, Status.CANCELLED, Kind.RETURNED, worth, reason, money=Decimal(0))
    enrolment.status, enrolment.frozen_on, enrolment.frozen_until = Status.CANCELLED, None, None
    return _changed(by, enrolment, "enrolment.cancelled")


@transaction.atomic
def note_payment(
    *,
    by: User,
    enrolment: Enrolment,
    amount: Decimal,
    cause_kind: str,
    cause_id: UUID,
    on: datetime.date | None = None,
) -> Entry | None:
    """Record that so much of the package's value before tax was paid, or refunded where `amount` is below zero.

    `on` is the branch's day, today unless given. What is paid of a package that was transferred or exchanged counts for
    the one that it became.
    """
    if not amount:
        return None
    enrolment = ledger.lock(enrolment.pk)
    while onward := Enrolment.objects.filter(came_from=enrolment).first():
        enrolment = ledger.lock(onward.pk)
    if ledger.tally_of(enrolment).paid + amount < 0:
        raise Refusal(_("More can't be refunded than was paid for %(plan)s.") % {"plan": enrolment.plan_name})
    return ledger.enter(
        by=by,
        enrolment=enrolment,
        kind=Kind.PAID if amount > 0 else Kind.REFUNDED,
        on=on,
        money=amount,
        cause_kind=cause_kind,
        cause_id=cause_id,
    )


def _for_change(
    enrolment: Enrolment, reason: str, allowed: tuple[str, ...], *, even_booked: bool = False
) -> Enrolment:
    """Read again under the locks; refuses without a reason, in another state, and while a session is booked."""
    if not reason.strip():
        raise Refusal(_("Say why."), field="reason")
    enrolment = ledger.lock_with_customer(enrolment)
    names = {"plan": enrolment.plan_name, "status": enrolment.get_status_display().lower()}
    if enrolment.status not in allowed:
        raise Refusal(_("%(plan)s is %(status)s, so this can't be done with it.") % names)
    booked = enrolment.sessions.filter(status=Session.Status.RESERVED).order_by("number").first()
    if booked and not even_booked:
        raise Refusal(
            _("Session %(number)s of %(plan)s is booked. Move that visit to another package, or cancel it, first.")
            % (names | {"number": booked.number})
        )  # fmt: skip
    return enrolment


def _lengthen(enrolment: Enrolment, days: int) -> None:
    if enrolment.valid_until:
        enrolment.valid_until += datetime.timedelta(days=days)


def _leave(
    by: User, enrolment: Enrolment, status: str, kind: str, worth: Worth, reason: str, money: Decimal | None = None
) -> None:  # fmt: skip
    """All that is left goes: its sessions, their value, and what was paid for them unless said otherwise."""
    paid = -worth.refundable if money is None else money
    ledger.enter(
        by=by, enrolment=enrolment, kind=kind, sessions=-worth.sessions, money=paid, reason=reason.strip()
    )
    ledger.drop_sessions(enrolment)
    enrolment.status, enrolment.frozen_on, enrolment.frozen_until = status, None, None


def _arrive(by: User, enrolment: Enrolment, kind: str, money: Decimal, reason: str) -> None:
    on = enrolment.enrolled_on
    ledger.begin(by=by, enrolment=enrolment, kind=kind, on=on, money=money, reason=reason.strip())


def _changed(by: User | None, enrolment: Enrolment, verb: str, *fields: str) -> Enrolment:
    ledger.save(enrolment, "frozen_on", "frozen_until", *fields)
    ledger.note_standing(enrolment.customer_id)
    events.record(verb, subject=enrolment, by=by, branch_id=enrolment.branch_id)
    return enrolment
