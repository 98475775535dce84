"""What a customer has with the house: money that has gone to no bill yet, store credit, points, gift cards."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from billing import points, purse
from billing.models import BillingRules, Payment, Refund, StoredValue
from clinic.models import Branch
from staff.models import User

ZERO = Decimal("0.00")
#: A refund that is asked for keeps its money for itself.
OPEN = (Refund.Status.REQUESTED, Refund.Status.APPROVED)
RUPEES = DecimalField(max_digits=12, decimal_places=2)


def lock(payment: Payment) -> Payment:
    """The payment read again, locked until the transaction ends; the customer is locked before."""
    rows = Payment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("receipt", "branch__registration", "drawer").get(pk=payment.pk)


def asked_back(payment: Payment) -> Decimal:
    """What open refunds keep of a payment."""
    found = Refund.objects.filter(payment=payment, status__in=OPEN).aggregate(sum=Sum("amount"))["sum"]
    return found or ZERO


def free(payment: Payment) -> Decimal:
    """What of a payment can still go to a bill or be asked back."""
    return payment.unapplied - asked_back(payment)


def with_free(rows: QuerySet[Payment]) -> QuerySet[Any]:
    """Payments that have gone to no bill in full, each with `asked` and `free`."""
    asked = Refund.objects.filter(payment=OuterRef("pk"), status__in=OPEN).order_by().values("payment")
    sums = asked.annotate(sum=Sum("amount")).values("sum")
    return rows.filter(unapplied__gt=0).annotate(
        asked=Coalesce(Subquery(sums), Value(ZERO), output_field=RUPEES)
    ).annotate(free=F("unapplied") - F("asked"))  # fmt: skip


@dataclass(frozen=True)
class Holdings:
    """At one branch, in rupees; `points` in points, `points_worth` what they would take off a bill."""

    advances: Sequence[Payment]
    credit: Decimal
    points: Decimal
    points_worth: Decimal

    @property
    def free(self) -> Decimal:
        return sum((cast(Any, payment).free for payment in self.advances), ZERO)

    def __bool__(self) -> bool:
        return bool(self.free or self.credit or self.points)


def of(customer_id: UUID, branch: Branch, today: datetime.date | None = None) -> Holdings:
    """What a customer can use here now, the oldest advance first."""
    day = today or timezone.localdate(timezone=branch.zone)
    rows = with_free(Payment.objects.filter(customer_id=customer_id, branch=branch))
    found = purse.balance(customer_id, branch, purse.Kind.POINTS, day)
    return Holdings(
        advances=list(rows.filter(free__gt=0).select_related("receipt").order_by("pk")),
        credit=purse.balance(customer_id, branch, purse.Kind.STORE_CREDIT, day),
        points=found,
        points_worth=points.worth(found, BillingRules.of(branch)),
    )


def cards_of(customer_id: UUID, user: User) -> QuerySet[StoredValue]:
    """Gift cards that a customer bought here and that have something left."""
    cards = StoredValue.objects.visible_to(user).filter(kind=purse.Kind.GIFT_CARD, balance__gt=0)
    return cards.filter(receipt__customer=customer_id).order_by("expires_on", "pk")


def liability(branch: Branch, today: datetime.date) -> dict[str, Decimal]:
    """What a branch owes in stored value and advances that can still be used, in rupees."""
    rows = StoredValue.objects.filter(purse.usable(today), branch=branch)
    found = dict(rows.order_by().values("kind").annotate(sum=Sum("balance")).values_list("kind", "sum"))
    money = Payment.objects.filter(branch=branch).unapplied().aggregate(sum=Sum("unapplied"))["sum"]
    owed = points.worth(found.get(purse.Kind.POINTS, ZERO), BillingRules.of(branch))
    return {
        "credit": found.get(purse.Kind.STORE_CREDIT, ZERO),
        "cards": found.get(purse.Kind.GIFT_CARD, ZERO),
        "points": found.get(purse.Kind.POINTS, ZERO),
        "points_worth": owed,
        "advances": money or ZERO,
    }
