"""Documents written past the verbs, as they stand once they are issued: for papers and for the walks over all addresses."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from billing import links, snapshots
from billing.models import (
    Estimate,
    Invoice,
    Note,
    NoteLine,
    Payment,
    PrintRun,
    Receipt,
    Refund,
    StoredValue,
    StoredValueEntry,
)
from clinic import numbering
from customers.models import Customer
from notifications.models import Message
from staff.models import User


def numbered(invoice: Invoice, kind: str) -> dict[str, Any]:
    """What a document issued at the branch of this bill carries today."""
    number = numbering.take(branch=invoice.branch, kind=kind)
    return {
        "branch": invoice.branch, "customer": invoice.customer, "number": number.text,
        "financial_year": number.financial_year, "series_year": number.series_year, "issued_on": number.day,
        "issued_at": number.at, "registration": invoice.branch.registration, "supplier": invoice.supplier,
        "buyer": snapshots.buyer(invoice.customer, address=bool(invoice.customer.gstin)),
    }  # fmt: skip


def note(invoice: Invoice, by: User, *, kind: str = "credit", **changes: Any) -> Note:
    """Of the first line's whole value."""
    line = invoice.lines.first()
    values: dict[str, Any] = {
        "invoice": invoice, "kind": kind, "reason": "returned" if kind == "credit" else "too_low", "by": by,
        "taxable": line.net_value, "cgst": line.cgst, "sgst": line.sgst, "igst": line.igst, "total": line.line_total,
    }  # fmt: skip
    made = Note.objects.create(**numbered(invoice, f"{kind}_note") | values | changes)
    NoteLine.objects.create(
        note=made, line=line, position=1, quantity=line.quantity, net_value=line.net_value, cgst=line.cgst,
        sgst=line.sgst, igst=line.igst, line_total=line.line_total, goods="restock" if line.item_id else "",
    )  # fmt: skip
    return made


def receipt(invoice: Invoice, by: User, *, total: Decimal | int = 1180, **changes: Any) -> Receipt:
    """A receipt voucher over an advance with 18 %, paid by UPI; `document` and the amounts can be others."""
    net = (Decimal(total) / Decimal("1.18")).quantize(Decimal("0.01"))
    half = (Decimal(total) - net) / 2
    values: dict[str, Any] = {
        "document": "receipt_voucher", "total": Decimal(total), "purpose": "Laser Hair Removal", "by": by,
        "tax_treatment": "taxable", "tax_rate": Decimal(18), "taxable": net, "cgst": half, "sgst": half,
        "place_of_supply": "29",
    }  # fmt: skip
    if changes.get("document") == "payment_receipt":
        values |= {"purpose": "", "tax_treatment": "", "tax_rate": 0, "taxable": 0, "cgst": 0, "sgst": 0, "place_of_supply": ""}  # fmt: skip
    kind = "receipt" if changes.get("document") == "payment_receipt" else "receipt_voucher"
    made = Receipt.objects.create(**numbered(invoice, kind) | values | changes)
    payment(made, by)
    return made


def payment(of: Receipt, by: User, **changes: Any) -> Payment:
    values = {"mode": "upi", "amount": of.total, "reference": "606112345678"}
    return Payment.objects.create(
        branch=of.branch, customer=of.customer, receipt=of, received_on=of.issued_on, received_at=of.issued_at, by=by,
        **values | changes,
    )  # fmt: skip


def refund(of: Receipt, bill: Invoice, by: User, agreed_by: User, **changes: Any) -> Refund:
    """The whole of a receipt voucher, paid out by UPI."""
    money = of.payments.first()
    asked = Refund.objects.create(
        branch=of.branch, customer=of.customer, payment=money, amount=money.amount, mode="upi", reference="707",
        reason="patient_request", requested_by=by, **changes,
    )  # fmt: skip
    taxes = {name: getattr(of, name) for name in ("taxable", "cgst", "sgst", "igst")}
    is_voucher = of.document == "receipt_voucher"
    values = numbered(bill, "refund_voucher" if is_voucher else "refund") | taxes | {
        "status": "processed", "document": "refund_voucher" if is_voucher else "refund_receipt",
        "decided_by": agreed_by, "decided_at": timezone.now(), "processed_by": by,
    }  # fmt: skip
    for name, value in values.items():
        setattr(asked, name, value)
    asked.save()
    return asked


def estimate(invoice: Invoice, by: User) -> Estimate:
    """What the lines of a bill would come to."""
    told = ("kind", "description", "hsn", "uqc", "quantity", "unit_price", "tax_treatment", "tax_rate", "line_discount",
            "invoice_discount_share", "net_value", "cgst", "sgst", "igst", "cess", "line_total")  # fmt: skip
    kept = {
        name: getattr(invoice, name)
        for name in ("taxable", "untaxed", "cgst", "sgst", "igst", "total", "place_of_supply")
    }
    return Estimate.objects.create(
        draft=invoice, by=by, lines=[{name: str(getattr(line, name)) for name in told} for line in invoice.lines.all()],
        valid_until=timezone.localdate() + datetime.timedelta(days=15), **numbered(invoice, "estimate"), **kept,
    )  # fmt: skip


def gift_card(
    invoice: Invoice, by: User, *, code: str = "7K4MQ2XD9PTA", owner: Customer | None = None
) -> StoredValue:
    card = StoredValue.objects.create(kind="gift_card", branch=invoice.branch, code=code, customer=owner)
    StoredValueEntry.objects.create(
        value=card, kind="bought", amount=Decimal(5000), on=timezone.localdate(), by=by
    )
    card.refresh_from_db()
    return card


def one_of_each(bill: Invoice, *, by: User, documents: dict[str, UUID]) -> dict[str, Any]:
    """Ids by the first word of the URLs that take them, and a link that opens a bill without a login."""
    run = PrintRun.objects.create(branch=bill.branch, by=by, invoices=[str(bill.pk)], total=1)
    return {
        "moneyreceipt": documents["receipt_pk"], "giftcard": documents["stored"], "printrun": run.pk,
        "billpaper": bill.pk, "paper": "invoice", "token": links.token(bill, links.last_day(bill)),
    }  # fmt: skip


def forms(on: Any) -> list[Any]:
    from tests.factories.forms import Form, _form  # which takes these in

    failed = Message.objects.create(
        branch=on.branch, customer=on.customer, kind="bill", key="walk-failed", phone=on.customer.phone, body="x",
        send_from=timezone.localdate(), send_until=timezone.localdate(), status="failed", channel="sms", sent_by=on.by,
    )  # fmt: skip
    asked = {"form": "a4", "language": "en", "copy": "original", "idempotency_key": str(compat.uuid7())}
    return [
        Form("printrun-new", reverse("printrun-new") + f"?invoice={on.unpaid.pk}", asked),
        Form("billpaper-send", reverse("billpaper-send", args=["invoice", on.unpaid.pk]), {"channel": "whatsapp"}),
        _form("message-again", failed.pk),
    ]  # fmt: skip
