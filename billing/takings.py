"""What the verbs that take money share: what can't be taken, which bills and lots it touches, and writing it down."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from billing import advances, drawers, purse, snapshots
from billing.advances import NewAdvance
from billing.models import Allocation, Drawer, Invoice, InvoiceLine, Payment, Receipt, StoredValue, Tip
from clinic import numbering
from clinic.models import Branch, Series
from clinic.money import round2, rupees
from clinic.refusals import Refusal
from customers.models import Customer
from packages.models import Enrolment
from staff.models import Practitioner, User

Mode = Payment.Mode
ZERO = Decimal("0.00")
#: Without its number a cheque or a transfer can't be found again.
NEEDS_REFERENCE = (Mode.CHEQUE, Mode.TRANSFER)
SPENT = {Mode.STORE_CREDIT: purse.Kind.STORE_CREDIT, Mode.GIFT_CARD: purse.Kind.GIFT_CARD}
SERIES = {
    Receipt.Document.PAYMENT_RECEIPT: Series.Kind.RECEIPT,
    Receipt.Document.RECEIPT_VOUCHER: Series.Kind.RECEIPT_VOUCHER,
}


@dataclass(frozen=True)
class NewPayment:
    """Rupees taken in one mode. `tendered` is what was handed over in cash, `reference` the UPI or card slip's or the
    cheque's number, `code` that of a gift card."""

    mode: Payment.Mode | str
    amount: Decimal
    tendered: Decimal | None = None
    reference: str = ""
    code: str = ""


@dataclass(frozen=True)
class NewTip:
    """What a customer gives on top, for a practitioner."""

    practitioner: Practitioner
    amount: Decimal


Bills = Sequence[tuple[Invoice, Decimal]]


def total(payments: Sequence[NewPayment]) -> Decimal:
    return sum((new.amount for new in payments), ZERO)


def owed(bills: Bills, tips: Sequence[NewTip]) -> Decimal:
    return sum((amount for _bill, amount in bills), ZERO) + sum((tip.amount for tip in tips), ZERO)


def check_payments(payments: Sequence[NewPayment]) -> None:
    """Refuse amounts that no payment can have, cash handed over that is too little, a cheque without its number."""
    if not payments:
        raise Refusal(_("Enter what was paid."), field="0:amount")
    for place, new in enumerate(payments):
        check_amount(new.amount, f"{place}:amount")
        if new.tendered is not None and (new.mode != Mode.CASH or new.tendered < new.amount):
            sentence = _("%(tendered)s was handed over, which is less than %(amount)s.")
            names = {"tendered": rupees(new.tendered), "amount": rupees(new.amount)}
            raise Refusal(sentence % names, field=f"{place}:tendered")
        if new.mode in NEEDS_REFERENCE and not new.reference.strip():
            sentence = _("Enter the number of the cheque, or the reference of the transfer.")
            raise Refusal(sentence, field=f"{place}:reference")


def check_reference(mode: str, reference: str) -> None:
    if mode in NEEDS_REFERENCE and not reference.strip():
        sentence = _("Enter the number of the cheque, or the reference of the transfer.")
        raise Refusal(sentence, field="reference")


def check_amount(amount: Decimal, field: str) -> None:
    if amount <= 0 or amount != round2(amount):
        raise Refusal(_("An amount must be above zero, with at most two decimals."), field=field)


def hold_bills(branch: Branch, customer: Customer, bills: Bills) -> list[tuple[Invoice, Decimal]]:
    """The bills, locked by ascending id and read anew, in the order given. Refuses what can't be paid."""
    wanted = {bill.pk: amount for bill, amount in bills}
    rows = Invoice.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=wanted, branch=branch, customer_id=customer.pk
    )
    found = {bill.pk: bill for bill in rows.order_by("pk")}
    if len(found) != len(bills):
        raise Refusal(_("One of these invoices is another customer's by now. Load the page again."))
    held = [(found[pk], amount) for pk, amount in wanted.items()]
    for bill, amount in held:
        check_bill(bill, amount)
    return held


def check_bill(bill: Invoice, amount: Decimal) -> None:
    field = f"bill:{bill.pk}"
    if bill.is_cancelled:
        raise Refusal(_("This invoice was cancelled, so nothing is due on it."), field=field)
    if not bill.is_issued:
        raise Refusal(_("Issue the invoice before you take money for it."))
    check_amount(amount, field)
    if bill.due <= 0:
        raise Refusal(_("This invoice is already paid in full."), field=field)
    if amount > bill.due:
        sentence = _("Only %(due)s is due on %(number)s; %(amount)s is more than that.")
        names = {"due": rupees(bill.due), "number": bill.number, "amount": rupees(amount)}
        raise Refusal(sentence % names, field=field)


def check_real_money(payments: Sequence[NewPayment]) -> None:
    for place, new in enumerate(payments):
        if new.mode in Payment.NOT_MONEY:
            sentence = _("Store credit and gift cards pay for invoices alone.")
            raise Refusal(sentence, field=f"{place}:amount")


def cut(payments: Sequence[NewPayment], at: Decimal) -> tuple[list[NewPayment], list[NewPayment]]:
    """The payments up to an amount, and the rest; one that lies across is cut in two. Stored value comes first."""
    first: list[NewPayment] = []
    rest: list[NewPayment] = []
    for new in sorted(payments, key=lambda new: new.mode not in Payment.NOT_MONEY):
        part = min(new.amount, at)
        at -= part
        over = None if new.tendered is None else new.tendered - part
        if part == new.amount:
            first.append(new)
        elif part:
            first.append(replace(new, amount=part, tendered=None if over is None else part))
            rest.append(replace(new, amount=new.amount - part, tendered=over))
        else:
            rest.append(new)
    return first, rest


def lock_packages(bills: Sequence[Invoice]) -> None:
    """The packages that these bills sold are told what is paid; they are locked before the drawer and the number."""
    lines = InvoiceLine.objects.filter(invoice__in=bills, enrolment__isnull=False).values("enrolment")
    sold = Enrolment.objects.select_for_update(no_key=True).filter(pk__in=lines).order_by("pk")
    list(sold.values_list("pk"))


def hold_stored(
    customer: Customer, branch: Branch, payments: Sequence[NewPayment], today: datetime.date
) -> list[list[tuple[StoredValue, Decimal]]]:
    """For each payment the lots it is spent from, locked; nothing where money came in."""
    spent = [new for new in payments if new.mode in SPENT]
    if any(new.mode == Mode.OPENING for new in payments):
        raise Refusal(_("Nothing is brought forward at the desk; it is imported."))
    found = purse.Purse(customer.pk, branch, today)
    found.hold((SPENT[Mode(new.mode)], new.code) for new in spent)
    return [
        found.plan(SPENT[Mode(new.mode)], new.code, new.amount, str(place)) if new.mode in SPENT else []
        for place, new in enumerate(payments)
    ]


def drawer_for(by: User | None, branch: Branch, modes: Sequence[str]) -> Drawer | None:
    """The cashier's open drawer, locked, where money comes over the desk."""
    return drawers.of(by, branch) if by and any(mode in Payment.DESK for mode in modes) else None


def write_receipt(
    *, by: User | None, branch: Branch, customer: Customer, total: Decimal,
    advance: NewAdvance | None = None, purpose: str = "",
) -> Receipt:  # fmt: skip
    """Take the number, after every other lock, and write the paper as it stays."""
    document = advances.document(branch) if advance else Receipt.Document.PAYMENT_RECEIPT
    number = numbering.take(branch=branch, kind=SERIES[Receipt.Document(document)])
    taxed = (
        advances.tax(total, advance, branch=branch, customer=customer, day=number.day)
        if advance
        else {"purpose": purpose}
    )
    return Receipt.objects.create(
        branch=branch,
        customer=customer,
        document=document,
        total=total,
        number=number.text,
        financial_year=number.financial_year,
        series_year=number.series_year,
        registration=branch.registration,
        issued_on=number.day,
        issued_at=number.at,
        supplier=snapshots.supplier(branch, branch.registration, []),
        buyer=snapshots.buyer(customer, address=bool(customer.gstin)),
        by=by,
        **taxed,
    )


def write_payments(
    *, by: User | None, receipt: Receipt, payments: Sequence[NewPayment], drawer: Drawer | None
) -> list[Payment]:
    """The payments on a receipt, in order; what came over the desk belongs to the drawer."""
    return Payment.objects.bulk_create(
        Payment(
            branch=receipt.branch,
            customer=receipt.customer,
            receipt=receipt,
            drawer=drawer if new.mode in Payment.DESK else None,
            mode=new.mode,
            amount=new.amount,
            tendered=new.tendered,
            reference=new.reference.strip(),
            received_on=cast(datetime.date, receipt.issued_on),
            received_at=cast(datetime.datetime, receipt.issued_at),
            by=by,
        )
        for new in payments
    )


def allot(by: User | None, made: list[Payment], bills: Bills, tips: Sequence[NewTip]) -> list[Allocation]:
    """Fill the bills in their order from the payments in theirs, then the tips."""
    left = {payment.pk: payment.amount for payment in made}
    allocations = [
        Allocation(payment=payment, invoice=bill, amount=part, by=by)
        for bill, amount in bills
        for payment, part in _from(made, left, amount)
    ]
    Tip.objects.bulk_create(
        Tip(payment=payment, practitioner=tip.practitioner, amount=part)
        for tip in tips
        for payment, part in _from(made, left, tip.amount)
    )
    return Allocation.objects.bulk_create(allocations)


def _from(
    made: list[Payment], left: dict[UUID, Decimal], amount: Decimal
) -> Iterator[tuple[Payment, Decimal]]:
    """The parts of an amount, each from the first payment of which something is left."""
    for payment in made:
        part = min(amount, left[payment.pk])
        if part > 0:
            left[payment.pk] -= part
            amount -= part
            yield payment, part
