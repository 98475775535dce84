"""Giving money back: asked for, agreed to by another person, paid out. Never more than is free of its payment."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import held, paybacks, purse, takings
from billing.models import BillingRules, Invoice, Note, Payment, Refund, StoredValue, StoredValueEntry
from clinic import versions
from clinic.locks import lock_row
from clinic.money import rupees
from clinic.refusals import Refusal, Stale
from customers.models import Customer
from staff.models import User

Mode = Payment.Mode
Status = Refund.Status


@transaction.atomic
def request_refund(
    *,
    by: User,
    payment: Payment,
    amount: Decimal,
    mode: str,
    reason: str,
    detail: str = "",
    invoice: Invoice | None = None,
    note: Note | None = None,
) -> Refund:
    """Ask to give back part of a payment, in a mode that may differ from its own; store credit is one."""
    lock_row(Customer, payment.customer_id)
    money = held.lock(payment)
    takings.check_amount(amount, "amount")
    left = held.free(money)
    if amount > left:
        sentence = _(
            "Only %(left)s of this payment can be given back; the rest is on invoices or asked back already."
        )
        raise Refusal(sentence % {"left": rupees(left)}, field="amount")
    if mode not in paybacks.modes(money):
        raise Refusal(_("It can't be given back in this way."), field="mode")
    if reason not in (Refund.Reason.NOT_PROVIDED, Refund.Reason.BILLING_ERROR, Refund.Reason.REQUEST):
        raise Refusal(_("Choose a reason."), field="reason")
    refund = Refund.objects.create(
        branch=money.branch, customer_id=money.customer_id, payment=money, invoice=invoice, note=note, amount=amount,
        mode=mode, reason=reason, detail=detail.strip(), requested_by=by,
    )  # fmt: skip
    paybacks.record("refund.requested", refund, by)
    return refund


@transaction.atomic
def approve_refund(*, by: User, refund: Refund, version: int, answer: str = "") -> Refund:
    """Agree to a refund that somebody else asked for."""
    locked = paybacks.hold(refund)
    if locked.status != Status.REQUESTED:
        raise Stale(_already(locked))
    if locked.requested_by_id == by.pk:
        raise Refusal(_("You asked for this refund yourself. Somebody else has to agree to it."))
    return _decide(by, locked, Status.APPROVED, version, answer)


@transaction.atomic
def reject_refund(*, by: User, refund: Refund, version: int, answer: str) -> Refund:
    """Turn a refund down, or withdraw it, before it is paid out; its money is free again."""
    locked = paybacks.hold(refund)
    if not locked.is_open:
        raise Stale(_already(locked))
    paybacks.check_unasked(locked)
    if not answer.strip():
        raise Refusal(_("Say why."), field="answer")
    return _decide(by, locked, Status.REJECTED, version, answer)


def _decide(by: User, refund: Refund, status: str, version: int, answer: str) -> Refund:
    refund.status, refund.decided_by, refund.decided_at = status, by, timezone.now()
    refund.answer = answer.strip()
    versions.save(refund, fields=["status", "decided_by", "decided_at", "answer"], version=version)
    paybacks.record(f"refund.{status}", refund, by)
    return refund


@transaction.atomic
def process_refund(
    *,
    by: User,
    refund: Refund,
    reference: str = "",
    gateway_id: str = "",
    gateway_status: str = "",
    gateway_said: str = "",
) -> Refund:
    """Pay out a refund that was agreed to: over the desk from the cashier's drawer, or as store credit.

    What goes back through a gateway is paid out by that alone (`refund_online`).
    """
    locked = paybacks.hold(refund)
    if locked.status != Status.APPROVED:
        raise Stale(_already(locked))
    paybacks.check_left(locked)
    if locked.mode == Mode.ONLINE and not gateway_id:
        raise Refusal(_("This goes back through the gateway. Where that won't, give it by hand."))
    takings.check_reference(locked.mode, reference)
    locked.drawer = takings.drawer_for(by, locked.branch, [locked.mode])
    locked.reference = reference.strip()
    locked.gateway_id, locked.gateway_status, locked.gateway_said = gateway_id, gateway_status, gateway_said
    paybacks.write_out(locked, by=by)
    versions.save(locked, fields=paybacks.PAID_OUT, version=locked.version)
    if locked.mode == Mode.STORE_CREDIT:
        _give_credit(by, locked)
    paybacks.record("refund.processed", locked, by)
    return locked


def _give_credit(by: User, refund: Refund) -> StoredValue:
    months = BillingRules.of(refund.branch).credit_months
    day = refund.issued_on
    assert day is not None  # noqa: S101 - it was just paid out
    lot = StoredValue.objects.create(
        kind=StoredValue.Kind.STORE_CREDIT,
        branch=refund.branch,
        customer_id=refund.customer_id,
        expires_on=purse.last_day(day, months),
    )
    purse.enter(lot, StoredValueEntry.Kind.GIVEN, refund.amount, by=by, on=day, refund=refund)
    return lot


def _already(refund: Refund) -> str:
    sentences = {
        Status.REQUESTED: _("This refund still waits for somebody to agree to it."),
        Status.APPROVED: _("This refund was agreed to already."),
        Status.REJECTED: _("This refund was turned down."),
        Status.PROCESSED: _("This refund was paid out already."),
    }
    return sentences[Status(refund.status)]
