"""Lists of money: advances, refunds, stored value; and one receipt with all that hangs on it."""

from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from billing import held
from billing.models import Allocation, Payment, Refund, StoredValue
from customers.models import Customer
from staff.models import User

ADVANCES = {"date": "received_at", "customer": "customer__full_name", "amount": "amount", "free": "free"}
REFUNDS = {"date": "created_at", "customer": "customer__full_name", "amount": "amount", "status": "status"}
STORED = {
    "date": "created_at",
    "customer": "customer__full_name",
    "balance": "balance",
    "last_day": "expires_on",
}
EXPORTED = (
    "received_on", "customer__reference", "customer__full_name", "mode", "reference", "receipt__number", "amount",
    "unapplied", "free",
)  # fmt: skip


def _ordered(found: QuerySet, sort: str, orders: dict[str, str]) -> QuerySet:
    name = orders.get(sort.removeprefix("-"), "")
    if not name:
        return found.order_by("-pk")
    column = F(name).desc(nulls_last=True) if sort.startswith("-") else F(name).asc(nulls_last=True)
    return found.order_by(column, "-pk")


def advances(*, user: User, words: str = "", show: str = "", sort: str = "") -> QuerySet[Any]:
    """Money that has gone to no bill yet, each with `free`: what no open refund keeps."""
    found = held.with_free(Payment.objects.visible_to(user)).select_related("customer", "receipt")
    if words:
        people = Customer.objects.matching(words).values("pk")
        known = Q(customer__in=people) | Q(receipt__number__icontains=words) | Q(reference__icontains=words)
        found = found.filter(known)
    return _ordered(found, sort, ADVANCES)


def refunds(*, user: User, words: str = "", show: str = "", sort: str = "") -> QuerySet[Refund]:
    """Refunds; without `show` those that wait for somebody."""
    found = Refund.objects.visible_to(user).select_related("customer", "requested_by")
    if not show:
        found = found.filter(status__in=held.OPEN)
    elif show != "all":
        found = found.filter(status=show)
    if words:
        people = Customer.objects.matching(words).values("pk")
        found = found.filter(Q(customer__in=people) | Q(number__icontains=words))
    return _ordered(found, sort, REFUNDS)


def stored(*, user: User, words: str = "", show: str = "", sort: str = "") -> QuerySet[StoredValue]:
    """Lots of stored value; without `show` those with something left, else of one kind, used up or not."""
    found = StoredValue.objects.visible_to(user).select_related("customer", "receipt__customer")
    if not show:
        found = found.filter(balance__gt=0)
    elif show != "all":
        found = found.filter(kind=show)
    if words:
        people = Customer.objects.matching(words).values("pk")
        found = found.filter(Q(customer__in=people) | Q(receipt__customer__in=people))
    return _ordered(found, sort, STORED)


def in_full(payments: QuerySet[Payment]) -> list[Payment]:
    """Payments in order, with where each went and what was put right about it; each with `free`."""
    went = Allocation.objects.select_related("invoice").order_by("pk")
    found = (
        payments.select_related("drawer", "by", "customer", "receipt")
        .prefetch_related(
            Prefetch("allocations", went),
            "tips__practitioner__resource",
            "corrections__by",
            "refunds",
            "value_entries__value",
        )
        .order_by("pk")
    )
    rows = list(found)
    for payment in rows:
        kept = sum(refund.amount for refund in payment.refunds.all() if refund.is_open)
        payment.free = payment.unapplied - kept  # type: ignore[attr-defined]
    return rows
