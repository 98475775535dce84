"""Reads across orders, receipts, returns and the stock they concern."""

import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from clinic.models import Branch
from inventory.models import Batch, Supplier
from purchasing.models import Order, OrderQuerySet, Receipt, ReceiptQuerySet
from staff.models import User

LATE = "late"


def orders(user: User, *, typed: str, show: str, today: datetime.date) -> OrderQuerySet:
    """Those of the branch that match; `show` is a status, "late" or nothing."""
    found = Order.objects.visible_to(user).select_related("supplier")
    if typed:
        found = found.matching(typed)
    if show == LATE:
        return found.outstanding().filter(expected_on__lt=today)
    return found.filter(status=show) if show in Order.Status.values else found


def receipts(user: User, *, typed: str, show: str) -> ReceiptQuerySet:
    found = Receipt.objects.visible_to(user).select_related("supplier", "order")
    if typed:
        found = found.matching(typed)
    return found.filter(status=show) if show in Receipt.Status.values else found


def order_figures(user: User, today: datetime.date) -> dict[str, int]:
    """What stands above the list of orders, in one query: to approve, to come, late, and deliveries being checked."""
    mine = Order.objects.visible_to(user)
    return mine.aggregate(
        to_approve=Count("pk", filter=Q(status="submitted")),
        to_come=Count("pk", filter=Q(status__in=Order.OUTSTANDING)),
        late=Count("pk", filter=Q(status__in=Order.OUTSTANDING, expected_on__lt=today)),
    )


def suppliers(user: User, *, typed: str, inactive: bool) -> QuerySet[Any]:
    """With `open_orders` at the branch worked at and the day of the `last_receipt`."""
    found = Supplier.objects.visible_to(user).filter(is_active=not inactive)
    if typed:
        found = found.filter(
            Q(name__icontains=typed)
            | Q(gstin__icontains=typed)
            | Q(contact__icontains=typed)
            | Q(phone__contains=typed)
        )
    here = Q(orders__branch=user.branch, orders__status__in=Order.OUTSTANDING)
    return found.annotate(
        open_orders=Count("orders", filter=here, distinct=True),
        last_receipt=Max(
            "receipts__received_on", filter=Q(receipts__branch=user.branch, receipts__status="accepted")
        ),
    )


def batches_from(supplier: Supplier, branch: Branch | None) -> list[Any]:
    """What lies at the branch and came from the supplier, expired and blocked batches too, with `in_stock`."""
    rows = Batch.objects.filter(supplier=supplier, balances__branch=branch, balances__quantity__gt=0)
    return list(
        rows.annotate(in_stock=F("balances__quantity"))
        .select_related("item")
        .order_by("item__name", "expires_on", "pk")
    )
