"""Packages that were sold and partly used before the clinic worked with this system."""

import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.locks import lock_row
from clinic.models import Branch
from clinic.refusals import Refusal
from customers.models import Customer
from packages import ledger
from packages.models import Enrolment, Entry, Plan, Session
from staff.models import User


@transaction.atomic
def carry_over(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    plan: Plan,
    value: Decimal,
    on: datetime.date,
    used: int,
    paid: Decimal | None = None,
    valid_until: datetime.date | None = None,
) -> Enrolment:
    """Take over a package sold on the day `on`, of which `used` sessions are done; `value` and `paid` before tax, rupees.

    Its ledger begins today. `paid` is all of it unless given; `valid_until` follows from the plan unless given.
    """
    today = timezone.localdate(timezone=branch.zone)
    if not 0 <= used < plan.session_count:
        raise Refusal(
            _("%(plan)s has %(count)s sessions; of those used, at least one must be left.")
            % {"plan": plan.name, "count": plan.session_count},
            field="used",
        )
    if on > today:
        raise Refusal(_("A package can't have been sold on a day to come."), field="on")
    if value < 0 or (paid is not None and not 0 <= paid <= value):
        raise Refusal(_("What was paid lies between nothing and the price."), field="paid")
    lock_row(Customer, customer.pk)
    enrolment = ledger.on_terms_of(plan, branch=branch, customer_id=customer.pk, value=value, on=on, by=by)
    ledger.begin(
        by=by,
        enrolment=enrolment,
        kind=Entry.Kind.SOLD,
        on=today,
        reason=_("Taken over"),
        cause_kind="carried_over",
    )
    _use(by, enrolment, used, today)
    begun = on + datetime.timedelta(days=plan.valid_days) if used else enrolment.valid_until
    enrolment.valid_until = valid_until or enrolment.valid_until or begun
    ledger.save(enrolment, "valid_until")
    ledger.enter(
        by=by, enrolment=enrolment, kind=Entry.Kind.PAID, on=today, cause_kind="carried_over",
        money=value if paid is None else paid,
    )  # fmt: skip
    return enrolment


def _use(by: User, enrolment: Enrolment, used: int, today: datetime.date) -> None:
    """The day of each is not known: they stand on that of the sale."""
    done_at = datetime.datetime.combine(enrolment.enrolled_on, datetime.time(12), enrolment.branch.zone)
    for session in enrolment.sessions.filter(number__lte=used).order_by("number"):
        session.status, session.completed_at, session.completed_by = Session.Status.COMPLETED, done_at, by
        ledger.save(session, "completed_at", "completed_by")
        ledger.enter(
            by=by, enrolment=enrolment, kind=Entry.Kind.USED, sessions=-1, on=today, session=session,
            cause_kind="carried_over",
        )  # fmt: skip
