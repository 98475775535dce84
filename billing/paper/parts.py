"""What the sheets of several documents share: whom they name, the tax by rate, the tables. Pure but for the logo."""

import base64
import datetime
import mimetypes
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.core.files.storage import default_storage
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing import breakdown
from billing.breakdown import ZERO, Part, RateRow
from billing.models import Payment
from billing.paper.sheet import Column, Fact, Party, Rates, Table
from clinic import gst, phones
from clinic.money import grouped

WITH_TAX = frozenset({gst.Document.TAX_INVOICE, gst.Document.INVOICE_CUM_BILL_OF_SUPPLY})


def day(value: datetime.date | None) -> str:
    return date_format(value, "j M Y") if value else ""


def quantity(value: Decimal) -> str:
    """9, 2.5; nothing for zero."""
    return f"{value.normalize():f}" if value else ""


def party(label: str, buyer: dict[str, Any], *, remark: str = "") -> Party:
    """Rule 46(d) to (f): name, and address and State where they were printed on the day of issue."""
    rows = []
    if buyer.get("address"):
        city = f"{buyer.get('city', '')} {buyer.get('postal_code', '')}".strip()
        rows.append(f"{buyer['address']}, {city}" if city else buyer["address"])
    if buyer.get("state"):
        rows.append(_("State %(place)s") % {"place": breakdown.place(buyer["state"])})
    if buyer.get("gstin"):
        rows.append(f"GSTIN {buyer['gstin']}")
    phone = phones.shown(buyer["phone"]) if buyer.get("phone") else ""
    return Party(label=label, name=buyer.get("name", ""), phone=phone, rows=rows, remark=remark)


def of_supply(supplier: dict[str, Any], place: str) -> list[Fact]:
    """Rule 46(n) and (p); a clinic that isn't registered has neither."""
    if not supplier.get("gstin"):
        return []
    known = [Fact("Place of supply", breakdown.place(place))] if place else []
    return [*known, Fact("Reverse charge", _("No"))]


def identity(number: str, issued_on: datetime.date | None) -> list[Fact]:
    return [Fact("Number", number, strong=True), Fact("Date", day(issued_on))]


def rates(rows: Sequence[RateRow], place: str, *, igst: Decimal, cess: Decimal) -> Rates:
    state_label = gst.state_tax_label(place) if place else "SGST"
    return Rates(rows=rows, state_label=state_label, igst=bool(igst), cess=bool(cess))


def rate_row(row: Any, rate: Decimal, treatment: str) -> RateRow:
    """Of a document that is taxed as a whole, such as a voucher."""
    return RateRow(
        breakdown.treatment_label(treatment, rate),
        breakdown.percent(rate / 2),
        row.taxable or row.untaxed,
        row.cgst,
        row.sgst,
        row.igst,
        row.cess,
    )


def heads(row: Any, place: str, *, round_off: Decimal = ZERO) -> list[Part]:
    """From the taxable value to the total, without parts that are zero."""
    state = gst.state_tax_label(place) if place else "SGST"
    whole = [
        Part(_("Taxable value"), row.taxable),
        Part(_("Untaxed"), row.untaxed if row.taxable else ZERO),
        Part("CGST", row.cgst),
        Part(state, row.sgst),
        Part("IGST", row.igst),
        Part(_("Cess"), row.cess),
        Part(_("Rounding"), round_off),
    ]
    return [part for part in whole if part.amount]


def payments(rows: Iterable[Payment], title: str) -> Table:
    return Table(
        title=title,
        columns=[Column("Mode"), Column("Reference"), Column("Amount ₹", "n")],
        rows=[[row.get_mode_display(), row.reference, grouped(row.amount)] for row in rows],
    )


def modes(rows: Iterable[Payment]) -> list[str]:
    """Each once, in order of first use."""
    return list(dict.fromkeys(str(row.get_mode_display()) for row in rows))


def picture(name: str) -> str:
    """A picture from storage as a data address; empty where it is gone."""
    if not name or not default_storage.exists(name):
        return ""
    kind = mimetypes.guess_type(name)[0] or "image/png"
    with default_storage.open(name) as file:
        return f"data:{kind};base64,{base64.b64encode(file.read()).decode()}"
