"""Reads of online payments: the list as it is narrowed, and how well they go."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.dateparse import parse_date

from billing.models import OnlinePayment
from clinic.models import Branch
from customers.models import Customer
from staff.models import User

Status = OnlinePayment.Status
OVER = (Status.SUCCEEDED, Status.FAILED, Status.EXPIRED, Status.CANCELLED)
EXPORTED = (
    "created_at", "customer__reference", "customer__full_name", "invoice__number", "invoice__appointment__number",
    "gateway", "method", "status", "amount", "gateway_payment", "failure",
)  # fmt: skip


@dataclass(frozen=True)
class Stats:
    """Rupees paid online today and this month, rupees still waited for, and of what is over the part that was paid."""

    today: Decimal
    month: Decimal
    pending: Decimal
    rate: int | None


def listed(
    *, user: User, words: str = "", status: str = "", since: str = "", until: str = ""
) -> QuerySet[OnlinePayment]:
    """At the branch worked at, the latest first; days are the branch's own. What can't be understood is left out."""
    found = OnlinePayment.objects.visible_to(user)
    if status in Status:
        found = found.filter(status=status)
    if words:
        people = Customer.objects.matching(words)
        found = found.filter(
            Q(invoice__number__icontains=words) | Q(gateway_payment__icontains=words) | Q(customer__in=people.values("pk"))
        )  # fmt: skip
    if first := _day(since):
        found = found.filter(created_at__gte=_begins(user.branch, first))
    if last := _day(until):
        found = found.filter(created_at__lt=_begins(user.branch, last + datetime.timedelta(days=1)))
    return found.select_related("customer", "invoice__appointment", "payment__receipt")


def stats(branch: Branch, today: datetime.date) -> Stats:
    of_branch = OnlinePayment.objects.filter(branch=branch).order_by()
    paid = Q(status=Status.SUCCEEDED)
    begun, first = _begins(branch, today), _begins(branch, today.replace(day=1))
    sums = of_branch.aggregate(
        today=Sum("amount", filter=paid & Q(settled_at__gte=begun)),
        month=Sum("amount", filter=paid & Q(settled_at__gte=first)),
        pending=Sum("amount", filter=Q(status__in=[Status.CREATED, Status.PENDING, Status.ATTENTION])),
        won=Count("pk", filter=paid & Q(settled_at__gte=first)),
        over=Count("pk", filter=Q(status__in=OVER, settled_at__gte=first)),
    )
    return Stats(
        today=sums["today"] or Decimal(0),
        month=sums["month"] or Decimal(0),
        pending=sums["pending"] or Decimal(0),
        rate=round(100 * sums["won"] / sums["over"]) if sums["over"] else None,
    )


def of_invoice(invoice_id: UUID) -> list[OnlinePayment]:
    """What was asked for by this bill, the latest first."""
    return list(OnlinePayment.objects.filter(invoice=invoice_id).order_by("-pk")[:5])


def _day(text: str) -> datetime.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _begins(branch: Branch | None, day: datetime.date) -> datetime.datetime:
    zone = branch.zone if branch else datetime.UTC
    return datetime.datetime.combine(day, datetime.time.min, zone)
