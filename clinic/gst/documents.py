"""Which document the law asks for (CGST sections 31, 32, 34; Rules 46, 46A, 49, 53)."""

from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext as _

from clinic.gst.bill import Bill, Note, SupplierStatus, Treatment, ZeroRated
from clinic.gst.supply import FOREIGN

CHARGEABLE = (Treatment.TAXABLE, Treatment.ZERO_RATED)


class Document(StrEnum):
    TAX_INVOICE = "tax_invoice"
    BILL_OF_SUPPLY = "bill_of_supply"
    INVOICE_CUM_BILL_OF_SUPPLY = "invoice_cum_bill_of_supply"
    # Taxed and exempt lines for a registered buyer: Rule 46A doesn't reach it, so two papers are needed.
    TAX_INVOICE_AND_BILL_OF_SUPPLY = "tax_invoice_and_bill_of_supply"
    PLAIN_BILL = "plain_bill_no_gstin"
    EXPORT_WITH_TAX = "tax_invoice_export_igst"
    EXPORT_UNDER_LUT = "tax_invoice_export_lut"
    SEZ_WITH_TAX = "tax_invoice_sez_with_payment"
    SEZ_UNDER_LUT = "tax_invoice_sez_without_payment"
    CREDIT_NOTE = "credit_note"
    DEBIT_NOTE = "debit_note"


def document_for(bill: Bill, treatments: Iterable[Treatment]) -> Document:
    """The document for a bill whose computed lines have these treatments."""
    if bill.note:
        return Document.CREDIT_NOTE if bill.note is Note.CREDIT else Document.DEBIT_NOTE
    if bill.supplier_status is SupplierStatus.UNREGISTERED:
        return Document.PLAIN_BILL
    taxed = [treatment in CHARGEABLE for treatment in treatments]
    if bill.supplier_status is SupplierStatus.COMPOSITION or not any(taxed):
        return Document.BILL_OF_SUPPLY
    if not all(taxed):
        registered = bill.recipient_registered or bill.recipient_sez
        return Document.TAX_INVOICE_AND_BILL_OF_SUPPLY if registered else Document.INVOICE_CUM_BILL_OF_SUPPLY
    return _tax_invoice(bill)


def _tax_invoice(bill: Bill) -> Document:
    unpaid = bill.zero_rated is ZeroRated.WITHOUT_PAYMENT
    if bill.recipient_sez or (bill.zero_rated and bill.place_of_supply != FOREIGN):
        return Document.SEZ_UNDER_LUT if unpaid else Document.SEZ_WITH_TAX
    if bill.zero_rated:
        return Document.EXPORT_UNDER_LUT if unpaid else Document.EXPORT_WITH_TAX
    return Document.TAX_INVOICE


def document_title(document: Document) -> str:
    """The title as printed. A supplier who isn't registered may print neither of the first two."""
    titles = {
        Document.BILL_OF_SUPPLY: _("Bill of supply"),
        Document.INVOICE_CUM_BILL_OF_SUPPLY: _("Invoice-cum-bill of supply"),
        Document.TAX_INVOICE_AND_BILL_OF_SUPPLY: _("Tax invoice and bill of supply"),
        Document.PLAIN_BILL: _("Bill"),
        Document.CREDIT_NOTE: _("Credit note"),
        Document.DEBIT_NOTE: _("Debit note"),
    }
    return titles.get(document) or _("Tax invoice")


def legends(bill: Bill) -> list[str]:
    """Sentences the law wants on the document (Rule 5(1)(f) composition; Rule 46 exports and SEZ)."""
    if bill.supplier_status is SupplierStatus.COMPOSITION:
        return [_("Composition taxable person, not eligible to collect tax on supplies")]
    if bill.zero_rated is None and not bill.recipient_sez:
        return []
    if bill.zero_rated is ZeroRated.WITHOUT_PAYMENT:
        return [_("Supply under bond or letter of undertaking without payment of integrated tax")]
    return [_("Supply on payment of integrated tax")]
