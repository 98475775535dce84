"""Paying through a gateway: asked for, believed only when the gateway itself says so, booked once.

The gateway is never called inside a transaction that holds a lock: what it answers is written afterwards, under the
locks of customer and payment, and asking again is harmless.
"""

import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils import compat

from billing import gateways
from billing.advances import NewAdvance
from billing.domain.receiving import receive
from billing.models import Invoice, OnlinePayment, Payment
from billing.takings import NewPayment
from clinic import events
from clinic.gateways import razorpay
from clinic.gateways.razorpay import Told
from clinic.locks import lock_row
from clinic.money import rupees
from clinic.plain import plain
from clinic.refusals import Refusal, Stale
from customers.models import Customer
from staff.models import User

Status = OnlinePayment.Status
OPEN = (Status.CREATED, Status.PENDING, Status.FAILED)  # who failed once may try again
LASTS = datetime.timedelta(days=3)


def ask_online(
    *, by: User, invoice: Invoice, back: str, as_order: bool = False, amount: Decimal | None = None
) -> OnlinePayment:
    """Ask a customer to pay a bill, or part of it, through the gateway; rupees, all that is due unless said.

    A link is for sending, an order for paying on a page of ours. One that is open over the same amount is found again;
    one over another amount is withdrawn first, so that nobody pays twice. Refused where no gateway is set up or it
    doesn't answer: then the money is taken by hand.
    """
    gateway = gateways.chosen(invoice.branch)
    amount = invoice.due if amount is None else amount
    if not invoice.is_issued or not 0 < amount <= invoice.due:
        raise Refusal(_("Only what is due on an issued invoice can be asked for."), field="amount")
    for known in OnlinePayment.objects.filter(invoice=invoice, status__in=OPEN):
        is_order = bool(known.gateway_order) or gateway == OnlinePayment.Gateway.DUMMY
        if known.amount == amount and known.gateway == gateway and is_order == (as_order or is_order):
            return known
        withdraw_online(by=by, online=known)
    key, expires_at = compat.uuid7(), timezone.now() + LASTS
    ids = gateways.begin(
        gateway, key, amount, about=invoice.number, expires_at=expires_at, back=back, as_order=as_order
    )
    with transaction.atomic():
        online = OnlinePayment.objects.create(
            id=key, branch=invoice.branch, customer_id=invoice.customer_id, invoice=invoice, gateway=gateway, amount=amount,
            expires_at=expires_at, by=by, **ids,
        )  # fmt: skip
        _record("online.asked", online, by)
    return online


def withdraw_online(*, by: User | None, online: OnlinePayment) -> OnlinePayment:
    """Take back what was asked for. What was paid meanwhile is booked instead."""
    if online.gateway_link:
        try:
            razorpay.cancel_link(online.gateway_link)
        except razorpay.Refused:
            return reconcile_online(by=by, online=online)
        except razorpay.Unreachable:
            raise Refusal(_("The gateway doesn't answer. Try again in a moment.")) from None
    with transaction.atomic():
        locked = _hold(online)
        if locked.status not in OPEN:
            raise Stale(_("This payment is settled already."))
        return _settle(locked, Status.CANCELLED, by=by)


@transaction.atomic
def note_payment(*, by: User | None, online: OnlinePayment, told: Told) -> OnlinePayment:
    """Write down what the gateway said of a payment. Booked when it was captured, once, whatever comes twice or late.

    Another amount than was asked for is booked by nobody but a person who has looked (`settle_online`).
    """
    locked = _hold(online)
    if locked.payment_id or locked.status == Status.ATTENTION:
        return locked
    if told.status == "failed":
        return locked if locked.status not in OPEN else _settle(locked, Status.FAILED, by=by, told=told)
    if not told.is_captured:
        return _settle(locked, Status.PENDING, by=by, told=told)
    if told.amount != locked.amount:
        names = {"came": rupees(told.amount), "asked": rupees(locked.amount)}
        locked.failure = plain(gettext_lazy("%(came)s came instead of %(asked)s")) % names
        return _settle(locked, Status.ATTENTION, by=by, told=told)
    return _book(locked, told, by)


def reconcile_online(*, by: User | None, online: OnlinePayment) -> OnlinePayment:
    """Ask the gateway what became of it, and write that down. Refused where it doesn't answer."""
    try:
        state, found = gateways.look(online)
    except razorpay.Unreachable:
        raise Refusal(_("The gateway doesn't answer. Try again in a moment.")) from None
    except razorpay.Refused as said:
        raise Refusal(str(said)) from None
    best = next((told for told in found if told.is_captured), found[-1] if found else None)
    if best:
        online = note_payment(by=by, online=online, told=best)
    is_over = state in ("expired", "cancelled") or bool(
        online.expires_at and online.expires_at < timezone.now()
    )
    if is_over and online.status in OPEN:
        with transaction.atomic():
            return _settle(_hold(online), Status.CANCELLED if state == "cancelled" else Status.EXPIRED, by=by)
    return online


def settle_online(*, by: User, online: OnlinePayment) -> OnlinePayment:
    """A person has looked at a payment over another amount: what the gateway itself says was captured is booked."""
    try:
        _state, found = gateways.look(online)
    except (razorpay.Unreachable, razorpay.Refused):
        raise Refusal(_("The gateway doesn't answer. Try again in a moment.")) from None
    captured = next((told for told in found if told.is_captured), None)
    if captured is None:
        raise Refusal(_("The gateway knows of no money that came for this."))
    with transaction.atomic():
        locked = _hold(online)
        if locked.status != Status.ATTENTION or locked.payment_id:
            raise Stale(_("This payment is settled already."))
        return _book(locked, captured, by)


def _hold(online: OnlinePayment) -> OnlinePayment:
    lock_row(Customer, online.customer_id)
    found = OnlinePayment.objects.select_for_update(of=("self",)).select_related(
        "branch", "customer", "invoice"
    )
    return found.get(pk=online.pk)


def _book(online: OnlinePayment, told: Told, by: User | None) -> OnlinePayment:
    """One receipt for what the bill still owes, another in advance for what came above it: no money is lost."""
    new = NewPayment(Payment.Mode.ONLINE, told.amount, reference=told.payment)
    bill = Invoice.objects.get(pk=online.invoice_id) if online.invoice_id else None
    part = min(told.amount, bill.due) if bill and bill.is_issued else Decimal(0)
    receipts = receive(
        by=by, branch=online.branch, customer=online.customer, payments=[new],
        bills=[(bill, part)] if bill and part else [],
        advance=NewAdvance(plain(gettext_lazy("Paid online"))) if part < told.amount else None,
    )  # fmt: skip
    online.payment = receipts[0].payments.first()
    return _settle(online, Status.SUCCEEDED, by=by, told=told)


def _settle(
    online: OnlinePayment, status: str, *, by: User | None, told: Told | None = None
) -> OnlinePayment:
    online.status, online.settled_at = status, timezone.now()
    if told:
        online.gateway_payment, online.method = told.payment, told.method
        online.failure = told.failure if status == Status.FAILED else online.failure
    fields: list[str] = [
        "status",
        "settled_at",
        "gateway_payment",
        "method",
        "failure",
        "payment",
        "updated_at",
    ]
    online.save(update_fields=fields)
    _record(f"online.{status}", online, by)
    return online


def _record(verb: str, online: OnlinePayment, by: User | None, **data: Any) -> None:
    events.record(
        verb, subject=online, by=by, branch_id=online.branch_id, customer_id=str(online.customer_id), **data
    )
