"""The registers of a period for the accountant, each with its columns: what is in them is read in `register_rows`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import breakdown
from billing import register_rows as read
from billing.models import Invoice, Note, Payment, Receipt, Refund
from billing.register_rows import COMMERCIAL, TAXED, ZERO, Period
from billing.tables import Column, Kind, added
from clinic.models import Series
from staff.models import User


@dataclass(frozen=True)
class Register:
    """One register. `rows` are plain values, read only as far as they are shown; `opens` is the page of a row's `id`."""

    name: str
    title: Any
    columns: Sequence[Column]
    rows: Callable[[User, Period], Any]
    opens: str = ""

    def sums(self, rows: Any) -> dict[str, Decimal]:
        """Of all rows, not only of those on the page."""
        if isinstance(rows, list):
            return added(self.columns, rows)
        keys = [column.key for column in self.columns if column.has_total]
        found = rows.order_by().aggregate(**{f"sum_{key}": Sum(key) for key in keys})
        return {key: found[f"sum_{key}"] or ZERO for key in keys}


def treatment_named(value: str) -> str:
    if value == COMMERCIAL:
        return _("Note without tax")
    return {TAXED[0]: _("Taxable"), TAXED[1]: _("Zero rated")}.get(value) or breakdown.treatment_label(
        value, ZERO
    )


def _percent(rate: Any) -> str:
    return breakdown.percent(rate) if rate else "0\u00a0%"


def _money(key: str, label: Any) -> Column:
    return Column(key, label, Kind.MONEY)


_DAY = Column("issued_on", gettext_lazy("Date"), Kind.DAY)
_NUMBER = Column("number", gettext_lazy("Number"))
_WHOM = (Column("name", gettext_lazy("Customer")), Column("gstin", "GSTIN"))
_PLACE = Column(
    "place_of_supply", gettext_lazy("Place of supply"), shown=lambda code: breakdown.place(code or "")
)
_TAX = (
    _money("taxable_value", gettext_lazy("Taxable value")), _money("untaxed_value", gettext_lazy("Untaxed value")),
    _money("central", "CGST"), _money("state_tax", "SGST/UTGST"), _money("integrated", "IGST"),
    _money("cess_due", gettext_lazy("Cess")),
)  # fmt: skip
_ROUNDED = (_money("rounding", gettext_lazy("Round-off")), _money("amount", gettext_lazy("Total")))
_MODES = dict(Payment.Mode.choices)
_RATE = (Column("taxed", gettext_lazy("Taxed"), shown=treatment_named), Column("rate", gettext_lazy("Rate"), shown=_percent))  # fmt: skip

REGISTERS = {
    each.name: each
    for each in (
        Register(
            "sales", gettext_lazy("Sales"),
            (_NUMBER, _DAY, Column("document", gettext_lazy("Document"), labels=dict(Invoice.Document.choices)), *_WHOM,
             _PLACE, *_TAX, *_ROUNDED, Column("status", gettext_lazy("Status"), labels=dict(Invoice.Status.choices))),
            read.sales, "invoice-detail",
        ),
        Register(
            "notes", gettext_lazy("Credit and debit notes"),
            (_NUMBER, _DAY, Column("kind", gettext_lazy("Kind"), labels=dict(Note.Kind.choices)), *_WHOM,
             Column("invoice__number", gettext_lazy("Invoice")), Column("invoice__issued_on", gettext_lazy("Invoice date"), Kind.DAY),
             Column("reason", gettext_lazy("Reason"), labels=dict(Note.Reason.choices)), *_TAX, *_ROUNDED),
            read.notes, "note-detail",
        ),
        Register(
            "receipts", gettext_lazy("Receipts and vouchers"),
            (_NUMBER, _DAY, Column("document", gettext_lazy("Document"), labels=dict(Receipt.Document.choices)), *_WHOM,
             Column("modes", gettext_lazy("Modes"), labels=_MODES), *_TAX, _money("amount", gettext_lazy("Received"))),
            read.receipts, "payment-receipt",
        ),
        Register(
            "refunds", gettext_lazy("Refunds"),
            (_NUMBER, _DAY, Column("document", gettext_lazy("Document"), labels=dict(Refund.Document.choices)), *_WHOM,
             Column("payment__receipt__number", gettext_lazy("Of receipt")), Column("mode", gettext_lazy("Mode"), labels=_MODES),
             *_TAX, _money("back", gettext_lazy("Given back"))),
            read.refunds, "refund-detail",
        ),
        Register(
            "rates", gettext_lazy("Tax by rate"), (*_RATE, *_TAX, _money("amount", gettext_lazy("Before rounding"))), read.by_rate,
        ),
        Register(
            "codes", gettext_lazy("Tax by HSN/SAC"),
            (Column("hsn", "HSN/SAC"),
             Column("business", gettext_lazy("To"), labels={True: gettext_lazy("Businesses"), False: gettext_lazy("Others")}),
             Column("uqc", gettext_lazy("Unit")), Column("quantity_sold", gettext_lazy("Quantity"), Kind.FIGURE, adds_up=False),
             *_RATE, *_TAX, _money("amount", gettext_lazy("Before rounding"))),
            read.by_code,
        ),
        Register(
            "series", gettext_lazy("Numbers by series"),
            (Column("of", gettext_lazy("Document"), labels=dict(Series.Kind.choices)), Column("first", gettext_lazy("From")),
             Column("last", gettext_lazy("To")), Column("count", gettext_lazy("How many"), Kind.FIGURE),
             Column("cancelled", gettext_lazy("Cancelled"), Kind.FIGURE), Column("left", gettext_lazy("Net"), Kind.FIGURE)),
            read.by_series,
        ),
    )
}  # fmt: skip
