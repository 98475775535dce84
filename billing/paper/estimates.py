"""The sheet of an estimate: what a draft would come to. Its lines are plain values, kept as they were told."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing import breakdown
from billing.breakdown import ZERO, Part
from billing.models import Estimate
from billing.paper import parts
from billing.paper.sheet import Fact, Line, Sheet
from clinic import money


def state(estimate: Estimate) -> str:
    return ""


def sheet(estimate: Estimate) -> Sheet:
    place = estimate.place_of_supply
    is_taxed = bool(estimate.cgst or estimate.igst or estimate.cess)
    return Sheet(
        title=_("Estimate"),
        number=estimate.number,
        supplier=estimate.supplier,
        party=parts.party("Estimate for", estimate.buyer),
        facts=[
            *parts.identity(estimate.number, estimate.issued_on),
            Fact("Valid until", parts.day(estimate.valid_until), strong=True),
            *parts.of_supply(estimate.supplier, place)[:1],
        ],
        legends=[_("An estimate, not a bill: nothing is owed by it.")],
        lines=[_line(line) for line in estimate.lines],
        is_taxed=is_taxed,
        parts=[*_discount(estimate), *parts.heads(estimate, place, round_off=estimate.round_off)],
        total=Fact("Estimated total", money.rupees(estimate.total)),
        words=money.in_words(estimate.total),
    )


def _discount(estimate: Estimate) -> list[Part]:
    return [Part(_("Discount"), estimate.discount, minus=True)] if estimate.discount else []


def _line(line: dict[str, Any]) -> Line:
    unit = f" {line['uqc']}" if line.get("kind") == "product" and line.get("uqc") else ""
    amount = _amount(line, "quantity")
    return Line(
        text=str(line.get("description", "")),
        code=str(line.get("hsn", "")),
        quantity=f"{parts.quantity(amount)}{unit}",
        price=_amount(line, "unit_price"),
        off=_amount(line, "line_discount") + _amount(line, "invoice_discount_share"),
        value=_amount(line, "net_value"),
        tax=breakdown.treatment_label(str(line.get("tax_treatment", "")), _amount(line, "tax_rate")),
        total=_amount(line, "line_total"),
    )


def _amount(line: dict[str, Any], name: str) -> Decimal:
    """Amounts are kept as text, so that no digit is lost."""
    return Decimal(str(line[name])) if line.get(name) not in (None, "") else ZERO
