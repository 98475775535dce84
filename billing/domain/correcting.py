"""Putting right what was recorded: a mode keyed wrongly, and money that never came."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import held, paybacks, purse, queries, shares, takings
from billing.models import (
    Allocation,
    Drawer,
    Invoice,
    Payment,
    PaymentCorrection,
    Refund,
    StoredValue,
    StoredValueEntry,
)
from clinic import events
from clinic.locks import lock_row
from clinic.plain import plain
from clinic.refusals import Refusal
from customers import domain as customers
from customers.models import Customer
from staff.models import User

Mode = Payment.Mode
#: Money that may turn out not to have come.
CAN_FAIL = (Mode.UPI, Mode.CARD, Mode.NET_BANKING, Mode.WALLET, Mode.CHEQUE, Mode.TRANSFER, Mode.ONLINE)


@transaction.atomic
def correct_payment(
    *, by: User, payment: Payment, mode: str, reference: str = "", reason: str
) -> PaymentCorrection:
    """Say in which mode a payment really came, while its drawer is open; what it was before is kept."""
    lock_row(Customer, payment.customer_id)
    locked = held.lock(payment)
    if mode not in Payment.DESK or locked.mode not in Payment.DESK:
        raise Refusal(_("Only a payment taken at the desk can be put right."), field="mode")
    if mode == locked.mode:
        raise Refusal(_("That is the mode it has."), field="mode")
    if not reason.strip():
        raise Refusal(_("Say why."), field="reason")
    if mode in takings.NEEDS_REFERENCE and not reference.strip():
        sentence = _("Enter the number of the cheque, or the reference of the transfer.")
        raise Refusal(sentence, field="reference")
    if not _is_open(locked):
        raise Refusal(_("Its drawer is closed. What was counted stays; ask for a refund instead."))
    made = PaymentCorrection.objects.create(
        payment=locked, mode_before=locked.mode, mode=mode, reference=reference.strip(), reason=reason.strip(), by=by
    )  # fmt: skip
    events.record(
        "payment.corrected", subject=locked, by=by, branch_id=locked.branch_id,
        customer_id=str(locked.customer_id), before=locked.mode, after=mode,
    )  # fmt: skip
    return made


def _is_open(payment: Payment) -> bool:
    """Whether its drawer is; it is locked until the transaction ends."""
    if payment.drawer_id is None:
        return False
    rows = Drawer.objects.select_for_update(no_key=True).filter(pk=payment.drawer_id)
    return rows.filter(status=Drawer.Status.OPEN).exists()


@transaction.atomic
def fail_payment(*, by: User, payment: Payment, detail: str) -> Refund:
    """Reverse a payment that never came: a cheque that bounced, a card that was charged back.

    Its bills are due again, and gift cards bought with it are taken back. A tip on it stays: the practitioner has it.
    """
    lock_row(Customer, payment.customer_id)
    bills = _hold_bills(payment)
    takings.lock_packages(bills)
    money = held.lock(payment)
    if money.mode not in CAN_FAIL:
        raise Refusal(_("This money was seen as it came; it can't fail."))
    if not detail.strip():
        raise Refusal(_("Say what happened."), field="detail")
    _release(by, money, bills)
    _take_cards_back(by, money)
    _drop_open_refunds(by, money)
    money.refresh_from_db()
    if money.unapplied <= 0:
        raise Refusal(_("Nothing of this payment is left to reverse."))
    drawer = money.drawer if _is_open(money) else None
    refund = Refund(
        branch=money.branch, customer=money.customer, payment=money, kind=Refund.Kind.REVERSAL, amount=money.unapplied,
        mode=money.mode, reference=money.reference, reason=Refund.Reason.FAILED, detail=detail.strip(),
        requested_by=by, decided_by=by, decided_at=timezone.now(), drawer=drawer,
    )  # fmt: skip
    paybacks.write_out(refund, by=by)
    refund.save(force_insert=True)
    customers.note_standing(customer_id=money.customer_id, due=queries.due_of(money.customer_id))
    paybacks.record("payment.failed", refund, by)
    return refund


def _hold_bills(payment: Payment) -> list[Invoice]:
    paid = Allocation.objects.filter(payment=payment).values("invoice")
    rows = Invoice.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=paid).order_by("pk"))


def _release(by: User, payment: Payment, bills: list[Invoice]) -> None:
    """Take from each bill what this payment still gives it."""
    parts = Allocation.objects.filter(payment=payment)
    for bill in bills:
        given = sum(part.amount for part in parts if part.invoice_id == bill.pk)
        if given:
            part = Allocation.objects.create(payment=payment, invoice=bill, amount=-given, by=by)
            shares.tell_packages(by=by, invoice=bill, paid_before=bill.paid, allocations=[part])


def _take_cards_back(by: User, payment: Payment) -> None:
    """Gift cards that it bought; one of which too much is spent can't be."""
    bought = StoredValueEntry.objects.filter(payment=payment, kind=StoredValueEntry.Kind.BOUGHT)
    cards = purse.held(StoredValue.objects.filter(pk__in=bought.values("value")))
    today = timezone.localdate(timezone=payment.branch.zone)
    for card in cards:
        amount = sum((entry.amount for entry in bought if entry.value_id == card.pk), Decimal(0))
        if card.balance < amount:
            raise Refusal(_("Part of the gift card that it bought is spent already."))
        purse.enter(card, StoredValueEntry.Kind.TAKEN_BACK, -amount, by=by, on=today, payment=payment)


def _drop_open_refunds(by: User, payment: Payment) -> None:
    answer = plain(gettext_lazy("The payment failed."))
    for refund in Refund.objects.select_for_update(no_key=True).filter(payment=payment, status__in=held.OPEN):
        paybacks.check_unasked(refund)
        refund.status, refund.decided_by, refund.decided_at = Refund.Status.REJECTED, by, timezone.now()
        refund.answer = answer
        refund.version += 1
        refund.save(update_fields=["status", "decided_by", "decided_at", "answer", "version", "updated_at"])
        paybacks.record("refund.rejected", refund, by)
