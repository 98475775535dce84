"""The sheets of money taken: a payment receipt, and the receipt voucher of an advance (Rule 50 CGST)."""

import datetime

from django.utils.translation import gettext as _

from billing.breakdown import ZERO
from billing.models import Allocation, Payment, PaymentCorrection, Receipt, StoredValue, Tip
from billing.paper import parts
from billing.paper.sheet import About, Column, Fact, Sheet, Table
from clinic import gst, money
from clinic.money import grouped

#: What one taking of money went to is written with it; what goes to bills later is no part of the receipt.
SAME_TAKING = datetime.timedelta(seconds=30)


def state(receipt: Receipt) -> str:
    """A mode that was put right is printed anew."""
    corrected = PaymentCorrection.objects.filter(payment__receipt=receipt).count()
    return f"corrected {corrected}" if corrected else ""


def sheet(receipt: Receipt) -> Sheet:
    payments = list(Payment.objects.filter(receipt=receipt).order_by("id"))
    is_voucher = receipt.document == Receipt.Document.RECEIPT_VOUCHER
    is_taxed = is_voucher and bool(receipt.cgst or receipt.igst)
    place = receipt.place_of_supply
    went_to = _went_to(receipt, payments)
    return Sheet(
        title=str(receipt.get_document_display()),
        number=receipt.number,
        supplier=receipt.supplier,
        party=parts.party("Received from", receipt.buyer),
        about=About(label="In advance for" if is_voucher else "For", text=receipt.purpose)
        if receipt.purpose
        else None,
        facts=[
            *parts.identity(receipt.number, receipt.issued_on),
            *(parts.of_supply(receipt.supplier, place) if is_voucher else []),
        ],
        legends=receipt.supplier.get("legends", []) if is_voucher else [],
        tables=[*([went_to] if went_to.rows else []), parts.payments(payments, "Received by")],
        rates=parts.rates(
            [parts.rate_row(receipt, receipt.tax_rate, receipt.tax_treatment)],
            place,
            igst=receipt.igst,
            cess=receipt.cess,
        )
        if is_taxed
        else None,
        parts=parts.heads(receipt, place) if is_taxed else [],
        total=Fact("Advance received" if is_voucher else "Received", money.rupees(receipt.total)),
        words=money.in_words(receipt.total),
        remarks=_remarks(receipt, is_voucher, is_taxed),
    )


def _went_to(receipt: Receipt, payments: list[Payment]) -> Table:
    until = receipt.created_at + SAME_TAKING
    given: dict[str, list] = {}
    allocations = Allocation.objects.filter(payment__in=payments, amount__gt=0, created_at__lte=until)
    for part in allocations.select_related("invoice").order_by("id"):
        row = given.setdefault(
            str(part.invoice_id), [part.invoice.number, parts.day(part.invoice.issued_on), ZERO]
        )
        row[2] += part.amount
    rows = list(given.values())
    for card in StoredValue.objects.filter(receipt=receipt).exclude(code=""):
        rows.append([_("Gift card"), "", sum((e.amount for e in card.entries.all() if e.amount > 0), ZERO)])
    for tip in Tip.objects.filter(payment__in=payments).select_related("practitioner__resource"):
        rows.append([_("Tip for %(name)s") % {"name": tip.practitioner}, "", tip.amount])
    columns = [Column("Paid for"), Column("Date", "day"), Column("Amount ₹", "n")]
    return Table(title="", columns=columns, rows=[[text, on, grouped(amount)] for text, on, amount in rows])


def _remarks(receipt: Receipt, is_voucher: bool, is_taxed: bool) -> list[str]:
    if not is_voucher or is_taxed or receipt.supplier.get("scheme") != "regular":
        return []
    if receipt.tax_treatment in (gst.Treatment.EXEMPT, gst.Treatment.NIL):
        return [_("No tax on this advance: what it is for is exempt.")]
    return [_("No tax is due on this advance.")]
