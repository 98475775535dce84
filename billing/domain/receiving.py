"""Taking money: one receipt with its payments, for bills, as tips, in advance. Never more than is due."""

from collections.abc import Sequence
from functools import partial
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import purse, queries, shares, takings
from billing.advances import NewAdvance
from billing.models import Allocation, BillingRules, Payment, Receipt, StoredValueEntry
from billing.takings import Bills, NewPayment, NewTip
from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch
from clinic.money import rupees
from clinic.refusals import Refusal
from customers import domain as customers
from customers.models import Customer
from staff.models import User


@transaction.atomic
def take(
    *,
    by: User | None,
    branch: Branch,
    customer: Customer,
    payments: Sequence[NewPayment],
    bills: Bills = (),
    tips: Sequence[NewTip] = (),
    advance: NewAdvance | None = None,
) -> Receipt:
    """Record money on one receipt: what goes to each of a customer's bills at the branch, to practitioners, in advance.

    The payments in their order fill the bills in theirs, then the tips; an advance is all of the money or none of it.
    `by` is None where a gateway tells of it. The field of a refusal is "<place in payments>:<field>", or "bill:<id>".
    """
    takings.check_payments(payments)
    lock_row(Customer, customer.pk)
    held = takings.hold_bills(branch, customer, bills)
    _check(branch, payments, held, tips, advance)
    takings.lock_packages([bill for bill, _amount in held])
    today = timezone.localdate(timezone=branch.zone)
    spent = takings.hold_stored(customer, branch, payments, today)
    drawer = takings.drawer_for(by, branch, [new.mode for new in payments])
    receipt = takings.write_receipt(
        by=by, branch=branch, customer=customer, total=takings.total(payments), advance=advance
    )
    made = takings.write_payments(by=by, receipt=receipt, payments=payments, drawer=drawer)
    for payment, parts in zip(made, spent, strict=True):
        for lot, amount in parts:
            kind = StoredValueEntry.Kind.SPENT
            purse.enter(lot, kind, -amount, by=by, on=payment.received_on, payment=payment)
    _tell(by, receipt, held, takings.allot(by, made, held, tips), is_advance=advance is not None)
    return receipt


@transaction.atomic
def receive(
    *,
    by: User | None,
    branch: Branch,
    customer: Customer,
    payments: Sequence[NewPayment],
    bills: Bills = (),
    tips: Sequence[NewTip] = (),
    advance: NewAdvance | None = None,
) -> list[Receipt]:
    """Take money of which a part may be in advance: the bills get a payment receipt, what is left a receipt voucher."""
    takings.check_payments(payments)
    from_them = partial(take, by=by, branch=branch, customer=customer)
    owed = takings.owed(bills, tips)
    if not owed:
        return [from_them(payments=payments, advance=advance)]
    if advance is None or takings.total(payments) <= owed:
        return [from_them(payments=payments, bills=bills, tips=tips)]
    first, rest = takings.cut(payments, owed)
    return [from_them(payments=first, bills=bills, tips=tips), from_them(payments=rest, advance=advance)]


def _check(
    branch: Branch,
    payments: Sequence[NewPayment],
    bills: Bills,
    tips: Sequence[NewTip],
    advance: NewAdvance | None,
) -> None:
    if tips and not BillingRules.of(branch).takes_tips:
        raise Refusal(_("This clinic takes no tips."), field="tip")
    for tip in tips:
        takings.check_amount(tip.amount, "tip")
    paid, owed = takings.total(payments), takings.owed(bills, tips)
    last = f"{len(payments) - 1}:amount"
    if paid < owed:
        sentence = _("%(owed)s is to be paid, but the amounts come to %(paid)s.")
        raise Refusal(sentence % {"owed": rupees(owed), "paid": rupees(paid)}, field=last)
    if advance is None and paid > owed:
        sentence = _("The amounts come to %(paid)s, which is %(over)s more than is to be paid.")
        raise Refusal(sentence % {"paid": rupees(paid), "over": rupees(paid - owed)}, field=last)
    if advance is not None and owed:
        raise Refusal(_("An advance has a receipt of its own. Take it apart from the invoices."))
    if advance is not None:
        takings.check_real_money(payments)


def _tell(
    by: User | None, receipt: Receipt, bills: Bills, allocations: list[Allocation], *, is_advance: bool
) -> None:
    for bill, _amount in bills:
        parts = [part for part in allocations if part.invoice_id == bill.pk]
        shares.tell_packages(by=cast(User, by), invoice=bill, paid_before=bill.paid, allocations=parts)
        for part in parts:
            events.record(
                "payment.received", subject=cast(Payment, part.payment), by=by, branch_id=receipt.branch_id,
                invoice_id=str(bill.pk), customer_id=str(receipt.customer_id),
            )  # fmt: skip
    if bills:
        due = queries.due_of(receipt.customer_id)
        customers.note_standing(customer_id=receipt.customer_id, due=due)
    if is_advance:
        events.record(
            "advance.received", subject=receipt, by=by, branch_id=receipt.branch_id,
            customer_id=str(receipt.customer_id),
        )  # fmt: skip
