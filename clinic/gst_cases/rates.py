"""Rates by date, the day that decides the rate, and the tax on advances."""

from typing import Any

from django.utils.translation import gettext as _

from clinic import gst, tax_rates
from clinic.gst_cases.inputs import Case, Malformed, choice, day, decimal, flag, part, refuse_unknown, text


def rate_by_date(case: Case) -> dict[str, Any]:
    """From the rates the product comes with; a clinic's own rows in the database may say otherwise."""
    given = part(case, "input")
    refuse_unknown(given, {"tax_category", "hsn_sac", "supply_date"})
    name, hsn, when = text(given, "tax_category", ""), text(given, "hsn_sac", ""), day(given, "supply_date")
    rules = {category.code: category.rule_on(when) for category in tax_rates.find(name, hsn)}
    if len({rule and rule.taxed_as for rule in rules.values()}) != 1:
        sentence = _("“%(name)s” (%(hsn)s) isn't one category; it could be %(codes)s.")
        codes = ", ".join(rules or tax_rates.categories())
        raise Malformed(sentence % {"name": name, "hsn": hsn or "-", "codes": codes})
    code, rule = rules.popitem()
    if rule is None:
        sentence = _("%(code)s has no rate on that day: whoever runs the clinic decides it.") % {"code": code}
        return {"error": "no_rule", "sentence": sentence}
    return {
        "treatment": str(rule.treatment),
        "gst_rate": rule.rate,
        "supplier_itc_allowed_against_it": not rule.credit_barred,
        "sentence": rule.source,
    }


def time_of_supply_rate_change(case: Case) -> dict[str, Any]:
    given = part(case, "input")
    dates = {"service_performed", "invoice_date", "payment_credited", "payment_entered"}
    refuse_unknown(given, dates | {"rate_change_date", "old_rate", "new_rate"})
    changed = day(given, "rate_change_date")
    told = {name: day(given, name) for name in dates if given.get(name)}
    if "invoice_date" not in told:
        raise Malformed(_("“%(name)s” is needed.") % {"name": "invoice_date"})
    entered, credited = told.get("payment_entered"), told.get("payment_credited")
    try:
        paid = (
            gst.payment_day(entered=entered, credited=credited, changed_on=changed)
            if entered or credited
            else None
        )
    except OverflowError:
        raise Malformed(_("“%(name)s” is too far away.") % {"name": "rate_change_date"}) from None
    found = gst.time_of_supply(
        invoiced=told["invoice_date"], performed=told.get("service_performed"), paid=paid, changed_on=changed
    )
    rate = "old_rate" if found.day < changed else "new_rate"
    section = found.section if found.section.startswith("14") else "13 / 14"
    return {"gst_rate": decimal(given.get(rate), rate), "section": section, "day": found.day.isoformat()}


def advances(case: Case) -> dict[str, Any]:
    given = part(case, "input")
    refuse_unknown(given, {"amount_received", "gst_rate", "supply_type", "goods"})
    rate, supply = given.get("gst_rate"), given.get("supply_type")
    try:
        advance = gst.advance_tax(
            decimal(given.get("amount_received"), "amount_received"),
            rate=None if rate is None else decimal(rate, "gst_rate"),
            supply=None if supply is None else choice(gst.SupplyType, supply, "supply_type"),
            goods=flag(given, "goods"),
        )
    except gst.Invalid as error:
        return {"error": error.reason, "field": error.field, "sentence": str(error)}
    heads = {head: getattr(advance, head) for head in ("cgst", "sgst", "igst")}
    return {"ad_amt": advance.value, "gst_rate": advance.rate, "supply_type": str(advance.supply), **heads}
