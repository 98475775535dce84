"""One step of an order's life: the row locked, the table asked, history written."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import events, locks
from clinic.refusals import Refusal, Stale
from purchasing.models import Order, OrderStep
from staff.models import User

NOT_FROM = {
    "draft": gettext_lazy("This order is still a draft. Submit it first."),
    "submitted": gettext_lazy("This order waits for approval."),
    "approved": gettext_lazy("This order is approved already."),
    "partially_received": gettext_lazy("A part of this order has come already."),
    "received": gettext_lazy("This order has come already."),
    "cancelled": gettext_lazy("This order is cancelled."),
}


def locked(order: Order, verb: str, version: int | None = None) -> Order:
    """The order as it is now, held until the transaction ends; refused where its state doesn't allow the verb."""
    locks.lock_row(Order, order.pk)
    now = Order.objects.select_related("branch", "supplier").get(pk=order.pk)
    if not now.can(verb):
        raise Refusal(str(NOT_FROM[now.status]))
    if version is not None and now.version != version:
        raise Stale(_("Somebody else changed this order while you had it open. Compare, and save again."))
    return now


def move(by: User, order: Order, verb: str, status: str, *, note: str = "", **values: Any) -> Order:
    """Write the new status with `values`, its history and its event."""
    for name, value in values.items():
        setattr(order, name, value)
    order.status = status
    order.version += 1
    order.save(update_fields=["status", "version", "updated_at", *values])
    OrderStep.objects.create(order=order, verb=verb, status=status, note=note, by=by)
    events.record(f"order.{verb}", subject=order, by=by, branch_id=order.branch_id)
    return order
