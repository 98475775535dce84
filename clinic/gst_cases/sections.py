"""How each section of a file of GST cases is fed to the code. Every function: a case in, figures out."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clinic import gst, money, upi

Case = dict[str, Any]
Choice = TypeVar("Choice", bound=StrEnum)
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


DIGITS = 20  # before or after the point: more is no amount, quantity or rate


class Malformed(ValueError):
    """The file or a case can't be read; `str()` is a sentence for a human."""


def decimal(value: object, name: str) -> Decimal:
    """An exact number out of JSON: a string such as "12.50" or a number."""
    try:
        if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
            number = Decimal(value)
            if number.is_finite() and abs(number.adjusted()) <= DIGITS:
                return number
    except InvalidOperation:
        pass
    raise Malformed(_("“%(name)s” must be a number; it is %(value)r.") % {"name": name, "value": value})


def invoice_computation(case: Case) -> dict[str, Any]:
    bill = _bill(_object(case, "input"))
    try:
        return _figures(gst.compute(bill))
    except gst.Invalid as error:
        return {"error": error.reason, "field": error.field, "ref": error.ref, "sentence": str(error)}


def gstin(case: Case) -> dict[str, Any]:
    try:
        checked = gst.check_gstin(_text(case, "value"))
    except gst.Invalid as error:
        return {"valid": False, "reason": error.reason, "sentence": str(error)}
    figures = {"normalized": checked.normalized, "kind": str(checked.kind), "state_code": checked.state_code}
    return {"valid": True, **figures, **({"pan": checked.pan} if checked.pan else {})}


def invoice_number(case: Case) -> dict[str, Any]:
    issued = case.get("already_issued_same_gstin_same_fy", [])
    if not isinstance(issued, list):
        raise Malformed(_("“%(name)s” must be a list.") % {"name": "already_issued_same_gstin_same_fy"})
    try:
        number = gst.check_invoice_number(_text(case, "value"), issued=map(str, issued))
    except gst.Invalid as error:
        return {"valid": False, "reason": error.reason, "sentence": str(error)}
    return {"valid": True, "accepted_by_irp_for_e_invoice": number.accepted_by_irp}


def financial_year(case: Case) -> dict[str, Any]:
    text, zone = _text(case, "input"), _text(case, "timezone", "Asia/Kolkata")
    try:
        when = datetime.fromisoformat(text) if len(text) > len("2026-03-31") else date.fromisoformat(text)
        return _year_figures(when, ZoneInfo(zone))
    except (ValueError, KeyError, OSError, OverflowError):
        sentence = _(
            "“%(when)s” in “%(zone)s” isn't a date, or a moment with its zone, in a known time zone."
        )
        raise Malformed(sentence % {"when": text, "zone": zone}) from None


def _year_figures(when: date | datetime, zone: ZoneInfo) -> dict[str, Any]:
    year = gst.financial_year(when, zone)
    return {
        "fy_long": year.long,
        "fy_full": year.full,
        "fy_short": year.short,
        "fy_short_dash": year.short_dash,
        "start": year.start.isoformat(),
        "end": year.end.isoformat(),
        "return_period": gst.return_period(when, zone),
        "annual_return_due": year.annual_return_due.isoformat(),
        "keep_records_until": year.keep_records_until.isoformat(),
    }


def amount_in_words(case: Case) -> dict[str, Any]:
    amount = decimal(case.get("amount"), "amount")
    words = money.in_words(amount)
    return {
        "grouped": money.rupees(amount),
        "grouped_no_symbol": money.grouped(amount),
        "words": words,
        "words_normalized": words.lower(),
    }


def payments_upi(case: Case) -> dict[str, Any]:
    given = _object(case, "input")
    _refuse_unknown(given, {"vpa", "payee", "amount", "note", "ref"})
    amount = decimal(given.get("amount"), "amount")
    texts = {name: _text(given, name, "") for name in ("vpa", "payee", "note", "ref")}
    try:
        link = upi.payload(amount=amount, **texts)
    except ValueError as error:
        return {"error": "refused", "sentence": str(error)}
    return {"payload": link, **dict(parse_qsl(urlsplit(link).query))}


def place_of_supply(case: Case) -> dict[str, Any]:
    given = _object(case, "input")
    places = {"performed_in", "recipient_state", "address_on_invoice", "delivery_state"}
    _refuse_unknown(given, places | {"kind", "supplier_state", "recipient_registered"})
    kind = _choice(gst.SupplyKind, given.get("kind"), "kind")
    supplier, registered = _text(given, "supplier_state"), _flag(given, "recipient_registered")
    texts = {name: _text(given, name, "") for name in places}
    try:
        place = gst.place_of_supply(kind, supplier_state=supplier, recipient_registered=registered, **texts)
        supply = gst.supply_type(supplier, place.state)
    except gst.Invalid as error:
        return {"error": error.reason, "field": error.field, "sentence": str(error)}
    return {"pos": place.state, "supply_type": str(supply), "basis": place.basis}


SECTIONS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "invoice_computations": invoice_computation,
    "gstin": gstin,
    "invoice_number": invoice_number,
    "financial_year": financial_year,
    "amount_in_words": amount_in_words,
    "payments_upi": payments_upi,
    "place_of_supply": place_of_supply,
}


def _bill(given: Case) -> gst.Bill:
    _refuse_unknown(given, BILL_FIELDS | BACKGROUND)
    lines = given.get("lines")
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise Malformed(_("“%(name)s” must be a list of objects.") % {"name": "lines"})
    rounding = given.get("round_off")
    if rounding not in (None, "none", "nearest_rupee"):
        raise Malformed(_("“round_off” must be “nearest_rupee” or absent."))
    document = given.get("document", "invoice")
    return gst.Bill(
        supplier_state=_text(given, "supplier_state"),
        place_of_supply=_text(given, "pos"),
        lines=[
            _line(line, place, given.get("price_basis", "exclusive")) for place, line in enumerate(lines, 1)
        ],
        discount=_discount(given.get("invoice_discount"), "invoice_discount"),
        supplier_status=_choice(
            gst.SupplierStatus, given.get("supplier_registration", "regular"), "supplier_registration"
        ),
        recipient_registered=_flag(given, "recipient_registered"),
        recipient_sez=_flag(given, "recipient_sez"),
        zero_rated=_choice(gst.ZeroRated, given["zero_rated"], "zero_rated")
        if given.get("zero_rated")
        else None,
        round_off=rounding == "nearest_rupee",
        note=None if document == "invoice" else _choice(gst.Note, document, "document"),
    )


def _line(given: Case, place: int, basis: object) -> gst.Line:
    _refuse_unknown(given, LINE_FIELDS)
    treatment = _choice(gst.Treatment, given.get("treatment", "taxable"), "treatment")
    if treatment is gst.Treatment.TAXABLE and "gst_rate" not in given:
        raise Malformed(_("Line %(place)d is taxable and says no “gst_rate”.") % {"place": place})
    return gst.Line(
        ref=str(given.get("ref", place)),
        unit_price=decimal(given.get("unit_price"), "unit_price"),
        quantity=decimal(given.get("qty", 1), "qty"),
        discount=_discount(given.get("discount"), "discount"),
        basis=_choice(gst.PriceBasis, given.get("price_basis", basis), "price_basis"),
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


def _object(case: Case, name: str) -> Case:
    given = case.get(name)
    if not isinstance(given, dict):
        raise Malformed(_("“%(name)s” must be an object.") % {"name": name})
    return given


def _text(case: Case, name: str, default: str | None = None) -> str:
    given = case.get(name, default)
    if not isinstance(given, str):
        raise Malformed(_("“%(name)s” must be a text in quotes.") % {"name": name})
    return given


def _flag(case: Case, name: str) -> bool:
    given = case.get(name, False)
    if not isinstance(given, bool):
        raise Malformed(_("“%(name)s” must be true or false.") % {"name": name})
    return given


def _choice(kinds: type[Choice], given: object, name: str) -> Choice:
    try:
        return kinds(str(given))
    except ValueError:
        sentence = _("“%(name)s” must be one of %(kinds)s; it is %(given)r.")
        raise Malformed(sentence % {"name": name, "kinds": ", ".join(kinds), "given": given}) from None


def _refuse_unknown(given: Case, known: set[str]) -> None:
    if unknown := sorted(given.keys() - known):
        sentence = _("The input says %(names)s, which this command doesn't know; known are %(known)s.")
        raise Malformed(sentence % {"names": ", ".join(unknown), "known": ", ".join(sorted(known))})
