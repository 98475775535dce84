"""Bills and notes: a case becomes a `gst.Bill`, the computed document a set of figures."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from clinic import gst
from clinic.gst_cases.inputs import Case, Malformed, choice, decimal, flag, part, refuse_unknown, text

BILL_FIELDS = {
    "supplier_state",
    "pos",
    "lines",
    "invoice_discount",
    "round_off",
    "price_basis",
    "supplier_registration",
    "recipient_registered",
    "recipient_sez",
    "zero_rated",
    "document",
}
# Told by the cases for whoever reads them; the figures don't depend on these.
BACKGROUND = {"invoice_date", "recipient_state", "recipient_state_on_invoice", "against", "against_line"}
LINE_FIELDS = {
    "ref",
    "unit_price",
    "qty",
    "discount",
    "price_basis",
    "treatment",
    "gst_rate",
    "cess_rate",
    "hsn",
    "uqc",
}
DISCOUNT_FIELDS = {"type", "value"}


def invoice_computation(case: Case) -> dict[str, Any]:
    bill = _bill(part(case, "input"))
    try:
        return _figures(gst.compute(bill))
    except gst.Invalid as error:
        return {"error": error.reason, "field": error.field, "ref": error.ref, "sentence": str(error)}


def _bill(given: Case) -> gst.Bill:
    refuse_unknown(given, BILL_FIELDS | BACKGROUND)
    lines = given.get("lines")
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise Malformed(_("“%(name)s” must be a list of objects.") % {"name": "lines"})
    rounding = given.get("round_off")
    if rounding not in (None, "none", "nearest_rupee"):
        raise Malformed(_("“round_off” must be “nearest_rupee” or absent."))
    document = given.get("document", "invoice")
    return gst.Bill(
        supplier_state=text(given, "supplier_state"),
        place_of_supply=text(given, "pos"),
        lines=[
            _line(line, place, given.get("price_basis", "exclusive")) for place, line in enumerate(lines, 1)
        ],
        discount=_discount(given.get("invoice_discount"), "invoice_discount"),
        supplier_status=choice(
            gst.SupplierStatus, given.get("supplier_registration", "regular"), "supplier_registration"
        ),
        recipient_registered=flag(given, "recipient_registered"),
        recipient_sez=flag(given, "recipient_sez"),
        zero_rated=choice(gst.ZeroRated, given["zero_rated"], "zero_rated")
        if given.get("zero_rated")
        else None,
        round_off=rounding == "nearest_rupee",
        note=None if document == "invoice" else choice(gst.Note, document, "document"),
    )


def _line(given: Case, place: int, basis: object) -> gst.Line:
    refuse_unknown(given, LINE_FIELDS)
    treatment = choice(gst.Treatment, given.get("treatment", "taxable"), "treatment")
    if treatment is gst.Treatment.TAXABLE and "gst_rate" not in given:
        raise Malformed(_("Line %(place)d is taxable and says no “gst_rate”.") % {"place": place})
    return gst.Line(
        ref=str(given.get("ref", place)),
        unit_price=decimal(given.get("unit_price"), "unit_price"),
        quantity=decimal(given.get("qty", 1), "qty"),
        discount=_discount(given.get("discount"), "discount"),
        basis=choice(gst.PriceBasis, given.get("price_basis", basis), "price_basis"),
        treatment=treatment,
        rate=decimal(given.get("gst_rate", 0), "gst_rate"),
        cess_rate=decimal(given.get("cess_rate", 0), "cess_rate"),
        hsn=str(given.get("hsn", "")),
        uqc=str(given.get("uqc", "")),
    )


def _discount(given: object, name: str) -> gst.Discount | None:
    if given is None:
        return None
    if (
        not isinstance(given, dict)
        or given.keys() != DISCOUNT_FIELDS
        or given["type"] not in ("percent", "amount")
    ):
        sentence = _("“%(name)s” must be an object with “type” (percent or amount) and “value”.")
        raise Malformed(sentence % {"name": name})
    value = decimal(given["value"], name)
    return gst.Discount.percent(value) if given["type"] == "percent" else gst.Discount.amount(value)


def _figures(computed: gst.Computed) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "supply_type": str(computed.supply_type),
        "state_tax_label": computed.state_tax_label,
        "lines": [_line_figures(line) for line in computed.lines],
        "rate_summary": [
            {"treatment": str(row.treatment), "gst_rate": row.rate, "value": row.value, **_heads(row)}
            for row in computed.rate_summary
        ],
        "totals": _total_figures(computed.totals),
        "document": str(computed.document),
    }
    if computed.document in (gst.Document.CREDIT_NOTE, gst.Document.DEBIT_NOTE):
        letter = "C" if computed.document is gst.Document.CREDIT_NOTE else "D"
        figures["sign_in_ledgers"] = "negative" if computed.ledger_sign < 0 else "positive"
        figures["sign_in_gstr1_cdnr_cdnur"] = f"positive amounts, ntty {letter}"
    return figures


def _line_figures(line: gst.LineResult) -> dict[str, Any]:
    return {
        "ref": line.ref,
        "gross": line.gross,
        "line_discount": line.line_discount,
        "invoice_discount_share": line.invoice_discount_share,
        "treatment": str(line.treatment),
        "gst_rate": line.rate,
        "cess_rate": line.cess_rate,
        "net_value": line.net_value,
        "line_total": line.line_total,
        **_heads(line),
    }


def _total_figures(totals: gst.Totals) -> dict[str, Any]:
    return {
        "gross": totals.gross,
        "line_discount": totals.line_discount,
        "invoice_discount": totals.invoice_discount,
        "taxable_value": totals.taxable_value,
        "exempt_nil_nongst_or_uncharged_value": totals.untaxed_value,
        "total_before_round_off": totals.before_round_off,
        "round_off": totals.round_off,
        "grand_total": totals.grand_total,
        **_heads(totals),
    }


def _heads(row: gst.Heads) -> dict[str, Decimal]:
    return {"cgst": row.cgst, "sgst_or_utgst": row.sgst, "igst": row.igst, "cess": row.cess}
