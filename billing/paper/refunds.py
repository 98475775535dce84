"""The sheets of money given back: a refund receipt, and the refund voucher of an advance (Rule 51 CGST)."""

from django.utils.translation import gettext as _

from billing.models import Payment, Receipt, Refund
from billing.paper import parts
from billing.paper.sheet import About, Column, Fact, Sheet, Table
from clinic import money
from clinic.money import grouped


def state(refund: Refund) -> str:
    """One that failed at the gateway and was given by hand is printed anew."""
    is_by_hand = refund.gateway_status == Refund.AtGateway.FAILED and refund.mode != Payment.Mode.ONLINE
    return f"by hand, {refund.mode}" if is_by_hand else ""


def sheet(refund: Refund) -> Sheet:
    is_voucher = refund.document == Refund.Document.REFUND_VOUCHER
    voucher = refund.payment.receipt
    place = voucher.place_of_supply if voucher else ""
    is_taxed = is_voucher and bool(refund.cgst or refund.igst)
    columns = [Column("Mode"), Column("Reference"), Column("Amount ₹", "n")]
    return Sheet(
        title=str(refund.get_document_display()),
        number=refund.number,
        supplier=refund.supplier,
        party=parts.party("Paid back to", refund.buyer),
        about=_about(refund, voucher),
        facts=[
            *parts.identity(refund.number, refund.issued_on),
            *_origin(refund, voucher),
            *(parts.of_supply(refund.supplier, place) if is_voucher else []),
        ],
        tables=[
            Table(
                title="Paid back by",
                columns=columns,
                rows=[[str(refund.get_mode_display()), refund.reference, grouped(refund.amount)]],
            )
        ],
        rates=parts.rates(
            [parts.rate_row(refund, *_taxed_as(voucher))], place, igst=refund.igst, cess=refund.cess
        )
        if is_taxed
        else None,
        parts=parts.heads(refund, place) if is_taxed else [],
        total=Fact("Paid back", money.rupees(refund.amount)),
        words=money.in_words(refund.amount),
        signatures=("Recipient", "Authorised signatory"),
    )


def _about(refund: Refund, voucher: Receipt | None) -> About:
    """Rule 51(f): what the advance was for; the reason under it."""
    reason = str(refund.get_reason_display())
    if voucher and voucher.purpose:
        return About(label="Advance for", text=voucher.purpose, rows=[reason])
    return About(label="Reason", text=reason)


def _origin(refund: Refund, voucher: Receipt | None) -> list[Fact]:
    """Rule 51(e): number and date of the voucher; otherwise of the note or the bill that it follows from."""
    found = []
    if voucher:
        found.append(Fact(str(voucher.get_document_display()), voucher.number, strong=True))
        found.append(Fact("Date of it", parts.day(voucher.issued_on)))
    if refund.note:
        found.append(Fact(str(refund.note.get_kind_display()), refund.note.number))
    if refund.invoice:
        text = _("%(number)s of %(day)s")
        names = {"number": refund.invoice.number, "day": parts.day(refund.invoice.issued_on)}
        found.append(Fact("Invoice", text % names))
    return found


def _taxed_as(voucher: Receipt | None):
    return (voucher.tax_rate, voucher.tax_treatment) if voucher else (0, "")
