"""Packages of a former system, half used."""

import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.plain import plain
from clinic.refusals import Refusal
from customers.models import Customer
from packages import ledger
from packages.models import Enrolment, Entry, Plan, Session
from staff.models import User

CAUSE = "import"


@transaction.atomic
def take_over(
    *,
    by: User,
    branch: Branch,
    customer: Customer,
    plan: Plan,
    value: Decimal,
    sold_on: datetime.date,
    used: int,
    valid_until: datetime.date | None = None,
    paid: Decimal | None = None,
) -> Enrolment:
    """Enter a package that was sold elsewhere with `used` of its sessions gone; rupees before tax.

    `paid` is the whole value unless given. The used sessions are entered on today's day: when they were really used
    this system doesn't know. Nobody is told of them. Refuses a second one of the same plan, customer and day.
    """
    today = timezone.localdate(timezone=branch.zone)
    if not 0 <= used <= plan.session_count:
        raise Refusal(_("The package has %(count)s sessions.") % {"count": plan.session_count}, field="used")
    if sold_on > today:
        raise Refusal(_("A package can't have been sold in the future."), field="sold_on")
    if valid_until and valid_until < sold_on:
        raise Refusal(_("The package ends before it was sold."), field="valid_until")
    money = value if paid is None else paid
    if money > value:
        raise Refusal(_("More is paid than the package is worth."), field="paid")
    lock_row(Customer, customer.pk)
    if Enrolment.objects.filter(customer=customer, plan=plan, enrolled_on=sold_on, branch=branch).exists():
        raise Refusal(_("This package was entered already."), field="plan")
    enrolment = ledger.on_terms_of(
        plan, branch=branch, customer_id=customer.pk, value=value, on=sold_on, by=by
    )
    if valid_until:
        enrolment.valid_until = valid_until
        ledger.save(enrolment, "valid_until")
    ledger.begin(by=by, enrolment=enrolment, kind=Entry.Kind.SOLD, on=sold_on, cause_kind=CAUSE)
    if money:
        ledger.enter(
            by=by, enrolment=enrolment, kind=Entry.Kind.PAID, money=money, on=sold_on, cause_kind=CAUSE
        )
    _use_up(by, enrolment, used, today)
    events.record("enrolment.taken_over", subject=enrolment, by=by, branch_id=branch.pk, used=used)
    return enrolment


def _use_up(by: User, enrolment: Enrolment, used: int, today: datetime.date) -> None:
    now = timezone.now()
    for session in enrolment.sessions.order_by("number")[:used]:
        session.status, session.completed_at, session.completed_by = Session.Status.COMPLETED, now, by
        session.note = plain(gettext_lazy("Used before the package was entered here."))
        ledger.save(session, "completed_at", "completed_by", "note")
        ledger.use(by=by, enrolment=enrolment, session=session, day=today, cause=(CAUSE, enrolment.pk))
