"""Which section of a file of cases is fed to which code. Every function: a case in, figures out."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clinic import gst, money
from clinic.gst_cases.bills import invoice_computation
from clinic.gst_cases.inputs import Case, Malformed, choice, decimal, flag, part, refuse_unknown, text
from clinic.gst_cases.payments import payments_razorpay, payments_upi
from clinic.gst_cases.rates import advances, rate_by_date, time_of_supply_rate_change


def gstin(case: Case) -> dict[str, Any]:
    try:
        checked = gst.check_gstin(text(case, "value"))
    except gst.Invalid as error:
        return {"valid": False, "reason": error.reason, "sentence": str(error)}
    figures = {"normalized": checked.normalized, "kind": str(checked.kind), "state_code": checked.state_code}
    return {"valid": True, **figures, **({"pan": checked.pan} if checked.pan else {})}


def invoice_number(case: Case) -> dict[str, Any]:
    issued = case.get("already_issued_same_gstin_same_fy", [])
    if not isinstance(issued, list):
        raise Malformed(_("“%(name)s” must be a list.") % {"name": "already_issued_same_gstin_same_fy"})
    try:
        number = gst.check_invoice_number(text(case, "value"), issued=map(str, issued))
    except gst.Invalid as error:
        return {"valid": False, "reason": error.reason, "sentence": str(error)}
    return {"valid": True, "accepted_by_irp_for_e_invoice": number.accepted_by_irp}


def financial_year(case: Case) -> dict[str, Any]:
    given, zone = text(case, "input"), text(case, "timezone", "Asia/Kolkata")
    try:
        when = datetime.fromisoformat(given) if len(given) > len("2026-03-31") else date.fromisoformat(given)
        return _year_figures(when, ZoneInfo(zone))
    except (ValueError, KeyError, OSError, OverflowError):
        sentence = _(
            "“%(when)s” in “%(zone)s” isn't a date, or a moment with its zone, in a known time zone."
        )
        raise Malformed(sentence % {"when": given, "zone": zone}) from None


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


def place_of_supply(case: Case) -> dict[str, Any]:
    given = part(case, "input")
    places = {"performed_in", "recipient_state", "address_on_invoice", "delivery_state"}
    refuse_unknown(given, places | {"kind", "supplier_state", "recipient_registered"})
    kind = choice(gst.SupplyKind, given.get("kind"), "kind")
    supplier, registered = text(given, "supplier_state"), flag(given, "recipient_registered")
    texts = {name: text(given, name, "") for name in places}
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
    "rate_by_date": rate_by_date,
    "time_of_supply_rate_change": time_of_supply_rate_change,
    "place_of_supply": place_of_supply,
    "advances": advances,
    "payments_razorpay": payments_razorpay,
    "payments_upi": payments_upi,
}
