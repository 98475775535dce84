"""One of everything that registers and proofs read, written past the verbs that make it."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing.models import Allocation, Drawer, Estimate, Invoice, Note, NoteLine, Payment, Receipt, Refund
from clinic import numbering
from tests import factories
from tests.billing.conftest import Shop

D = Decimal


def numbered(shop: Shop, kind: str) -> dict[str, Any]:
    """The columns of a document with a number of its series; inside a transaction."""
    number = numbering.take(branch=shop.branch, kind=kind)
    return {
        "branch": shop.branch, "number": number.text, "financial_year": number.financial_year,
        "series_year": number.series_year, "registration": shop.branch.registration, "issued_on": number.day,
        "issued_at": number.at, "supplier": {}, "buyer": {"name": shop.customer.full_name, "gstin": ""},
    }  # fmt: skip


@transaction.atomic
def note(shop: Shop, invoice: Invoice, *, net: Decimal, kind: str = "credit", quantity: int = 0) -> Note:
    """About the first line of an 18 % bill within the State; no rounding."""
    half = net * 9 / 100
    heads = {"cgst": half, "sgst": half}
    written = Note.objects.create(
        **numbered(shop, f"{kind}_note"), customer=invoice.customer, invoice=invoice, kind=kind, reason="discount",
        taxable=net, total=net + 2 * half, by=shop.by, **heads,
    )  # fmt: skip
    line = invoice.lines.order_by("position").first()
    NoteLine.objects.create(
        note=written, line=line, position=1, quantity=quantity, net_value=net, line_total=net + 2 * half, **heads
    )
    return written


@transaction.atomic
def paid(
    shop: Shop, invoice: Invoice | None, amount: int, mode: str = "cash", drawer: Drawer | None = None
) -> Payment:
    """Money on a receipt, for a bill or in advance."""
    customer = invoice.customer if invoice else shop.customer
    kind = "receipt" if invoice else "receipt_voucher"
    tax = {} if invoice else {"taxable": D(amount)}
    receipt = Receipt.objects.create(
        **numbered(shop, kind), customer=customer, total=amount, by=shop.by,
        document="payment_receipt" if invoice else "receipt_voucher", **tax,
    )  # fmt: skip
    payment = Payment.objects.create(
        branch=shop.branch, customer=customer, receipt=receipt, mode=mode, amount=amount, drawer=drawer,
        received_on=receipt.issued_on, received_at=timezone.now(), by=shop.by,
    )  # fmt: skip
    if invoice:
        Allocation.objects.create(payment=payment, invoice=invoice, amount=amount, by=shop.by)
    return payment


@transaction.atomic
def refund(shop: Shop, payment: Payment, amount: int, drawer: Drawer | None = None) -> Refund:
    return Refund.objects.create(
        **numbered(shop, "refund"), customer=payment.customer, payment=payment, amount=amount, mode="cash",
        reason="patient_request", status="processed", document="refund_receipt", requested_by=shop.by,
        decided_by=shop.by, decided_at=timezone.now(), processed_by=shop.by, drawer=drawer,
    )  # fmt: skip


@transaction.atomic
def estimate(shop: Shop, draft: Invoice) -> Estimate:
    common = numbered(shop, "estimate")
    return Estimate.objects.create(
        **common, customer=draft.customer, draft=draft, lines=[], total=draft.total, by=shop.by,
        valid_until=common["issued_on"] + datetime.timedelta(days=15), place_of_supply="29",
    )  # fmt: skip


def cancelled(shop: Shop, invoice: Invoice) -> Invoice:
    invoice.status, invoice.cancelled_at = Invoice.Status.CANCELLED, timezone.now()
    invoice.cancelled_by, invoice.cancel_reason = shop.by, "Wrong customer"
    invoice.save()
    return invoice


def opening_due(shop: Shop, amount: int, number: str = "OLD-77") -> Invoice:
    return Invoice.objects.create(
        branch=shop.branch, customer=shop.customer, status="issued", document="opening_due", number=number,
        issued_on=timezone.localdate(), issued_at=timezone.now(), issued_by=shop.by, created_by=shop.by,
        untaxed=amount, total=amount,
    )  # fmt: skip


def to_mumbai(shop: Shop, *things: Any, **changes: Any) -> Invoice:
    """Goods that follow a printed address to another State: with IGST."""
    from billing import domain

    draft = shop.draft(*things, **changes)
    Invoice.objects.filter(pk=draft.pk).update(print_address=True)
    draft.refresh_from_db()
    return domain.issue(by=shop.by, invoice=draft, version=draft.version)


@dataclass
class Books:
    laser: Invoice  # ₹5,310, credited by 1,180, paid with 2,000
    mumbai: Invoice  # ₹590 with IGST
    exempt: Invoice  # ₹4,500 without tax
    cancelled: Invoice
    opening: Invoice
    note: Note
    debit: Note
    payment: Payment
    advance: Payment
    refund: Refund


def books(shop: Shop) -> Books:
    """Bills with and without tax, within the State and beyond; notes; one cancelled; money in and out."""
    anjali = factories.customer(shop.branch, shop.by, full_name="Anjali Singh")
    peel = factories.treatment(shop.branch, name="Consultation", tax="health_care")
    laser = shop.issue(shop.laser, customer=anjali)
    gone = cancelled(shop, shop.issue(shop.laser, customer=anjali))
    exempt = shop.issue(peel, customer=anjali)
    payment, advance = paid(shop, laser, 2000), paid(shop, None, 1500, mode="upi")
    estimate(shop, shop.draft(shop.laser))
    mumbai = to_mumbai(shop, shop.gel, customer=factories.customer(
        shop.branch, shop.by, full_name="Rohan Mehta", address="12 Hill Road", city="Mumbai", state="27",
        postal_code="400050",
    ))  # fmt: skip
    return Books(
        laser, mumbai, exempt, gone, opening_due(shop, 700), note(shop, laser, net=D(1000)),
        note(shop, laser, net=D(100), kind="debit"), payment, advance, refund(shop, advance, 400),
    )  # fmt: skip
