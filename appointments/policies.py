"""What a branch's policies ask for one visit: a deposit, a fee for missing it or for calling it off late. In rupees.

The terms are those of the day of the visit. A charge row is written when it falls due; it counts (`Charge.due`) while
the visit still is what it is for. Collecting it belongs to billing.
"""

import datetime
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from appointments.models import Appointment, Charge, VisitPolicy
from clinic import prices
from clinic.models import Branch
from packages.models import Treatment
from staff.models import User

Kind = VisitPolicy.Kind
PAISA = Decimal("0.01")
#: Called off in one of these states, a visit was not late: it never had a time.
UNPLACED = Appointment.UNPLACED


def policy_for(
    *, branch: Branch, treatment: Treatment, kind: VisitPolicy.Kind, day: datetime.date
) -> VisitPolicy | None:
    """The most specific policy valid that day: of the treatment, else of its category, else the one for everything."""
    specific = Case(
        When(treatment__isnull=False, then=Value(0)),
        When(~Q(category=""), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    fitting = Q(treatment=treatment) | Q(treatment=None, category__in=["", treatment.category])
    found = VisitPolicy.objects.filter(fitting, branch=branch, kind=kind).valid_on(day)
    return found.annotate(specific=specific).order_by("specific", "-valid_from", "-id").first()


def amount_of(policy: VisitPolicy, price: Decimal) -> Decimal:
    if policy.percent is None:
        return policy.amount or Decimal(0)
    return (price * policy.percent / 100).quantize(PAISA, ROUND_HALF_UP)


def deposit_for(*, branch: Branch, treatment: Treatment, day: datetime.date) -> Decimal:
    """What a booking of the treatment on a local day asks beforehand; 0 where nothing. For the booking page."""
    policy = policy_for(branch=branch, treatment=treatment, kind=Kind.DEPOSIT, day=day)
    return amount_of(policy, _price(treatment, branch, day)) if policy else Decimal(0)


def cost_of_cancelling(visits: Iterable[Appointment], now: datetime.datetime | None = None) -> Decimal:
    """What calling these visits off at this moment costs the customer, those apart that can't be called off."""
    found = (_late_cancel(visit, now or timezone.now()) for visit in visits if visit.can("cancel"))
    return sum((amount for _policy, amount in filter(None, found)), Decimal(0))


def cost_of_missing(visit: Appointment) -> Decimal:
    terms = _terms(visit, Kind.NO_SHOW)
    return terms[1] if terms else Decimal(0)


def ask_deposit(*, by: User, appointment: Appointment) -> Charge | None:
    return _charge(appointment, Kind.DEPOSIT, _terms(appointment, Kind.DEPOSIT))


def charge_late_cancel(*, by: User, appointment: Appointment) -> Charge | None:
    """Asked before the visit is called off: its state says whether it had a time at all."""
    return _charge(appointment, Kind.LATE_CANCEL, _late_cancel(appointment, timezone.now()))


def charge_no_show(*, by: User, appointment: Appointment) -> Charge | None:
    return _charge(appointment, Kind.NO_SHOW, _terms(appointment, Kind.NO_SHOW))


def _late_cancel(visit: Appointment, now: datetime.datetime) -> tuple[VisitPolicy, Decimal] | None:
    terms = _terms(visit, Kind.LATE_CANCEL)
    if terms is None or visit.status in UNPLACED:
        return None
    late = visit.starts_at - now < datetime.timedelta(hours=terms[0].hours)
    return terms if late else None


def _terms(visit: Appointment, kind: VisitPolicy.Kind) -> tuple[VisitPolicy, Decimal] | None:
    """The policy and its amount, which is never nothing. A percentage is of the fee, else of the treatment's price."""
    day = timezone.localdate(visit.starts_at, timezone=visit.branch.zone)
    policy = policy_for(branch=visit.branch, treatment=visit.treatment, kind=kind, day=day)
    if policy is None:
        return None
    price = _price(visit.treatment, visit.branch, day) if visit.fee is None else visit.fee
    amount = amount_of(policy, price)
    return (policy, amount) if amount else None


def _price(treatment: Treatment, branch: Branch, day: datetime.date) -> Decimal:
    return prices.price_at(treatment, branch, day) or Decimal(0)


def _charge(
    visit: Appointment, kind: VisitPolicy.Kind, terms: tuple[VisitPolicy, Decimal] | None
) -> Charge | None:
    """One row per visit and kind: missed again after it was brought back, the visit owes anew."""
    if terms is None:
        return None
    policy, amount = terms
    charge = Charge.objects.filter(appointment=visit, kind=kind).first() or Charge(
        appointment=visit, kind=kind
    )
    if not charge._state.adding:
        charge.version += 1
    charge.policy, charge.amount, charge.status = policy, amount, Charge.Status.DUE
    charge.waived_by, charge.waived_at, charge.waive_reason = None, None, ""
    charge.save()
    return charge
