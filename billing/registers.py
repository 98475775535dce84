"""The registers of a period for the accountant: documents one by one, and tax by rate, by HSN/SAC and by series.

Opening dues are no supply of ours and stand in none. A cancelled invoice is listed with zero. Credit notes count below
zero, so that sales and notes together are what the registers by rate and by code add up to.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, DecimalField, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import breakdown
from billing.models import Estimate, Invoice, InvoiceLine, Note, NoteLine, Payment, Receipt, Refund
from billing.tables import Column, Kind, added
from clinic import gst
from clinic.models import Series
from staff.models import User

RUPEES = DecimalField(max_digits=14, decimal_places=2)
ZERO = Decimal("0.00")
HEADS = {
    "central": "cgst", "state_tax": "sgst", "integrated": "igst", "cess_due": "cess",
}  # fmt: skip
AMOUNTS = {"taxable_value": "taxable", "untaxed_value": "untaxed", **HEADS}
TAXED = [str(each) for each in (gst.Treatment.TAXABLE, gst.Treatment.ZERO_RATED)]


@dataclass(frozen=True)
class Period:
    since: datetime.date
    until: datetime.date

    @property
    def days(self) -> tuple[datetime.date, datetime.date]:
        return self.since, self.until


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


def sales(user: User, period: Period) -> QuerySet[Any]:
    found = invoices(user, period).annotate(**_counted(Q(status=Invoice.Status.ISSUED), {**AMOUNTS, "rounding": "round_off", "amount": "total"}))  # fmt: skip
    named = found.annotate(**_buyer("buyer"))
    return named.order_by("issued_on", "number").values(
        "id", "issued_on", "number", "document", "name", "gstin", "place_of_supply", "status",
        *AMOUNTS, "rounding", "amount",
    )  # fmt: skip


def invoices(user: User, period: Period) -> QuerySet[Invoice]:
    """Those with a number of ours, cancelled ones too."""
    kept = Invoice.objects.visible_to(user).exclude(document=Invoice.Document.OPENING_DUE)
    return kept.filter(
        status__in=[Invoice.Status.ISSUED, Invoice.Status.CANCELLED], issued_on__range=period.days
    )


def notes(user: User, period: Period) -> QuerySet[Any]:
    found = Note.objects.visible_to(user).filter(issued_on__range=period.days)
    signed = found.annotate(**_buyer("buyer")).annotate(
        **_signed({**AMOUNTS, "rounding": "round_off", "amount": "total"}, "kind")
    )
    return signed.order_by("issued_on", "number").values(
        "id", "issued_on", "number", "kind", "name", "gstin", "invoice__number", "invoice__issued_on",
        "reason", "changes_tax", *AMOUNTS, "rounding", "amount",
    )  # fmt: skip


def receipts(user: User, period: Period) -> QuerySet[Any]:
    found = Receipt.objects.visible_to(user).filter(issued_on__range=period.days).annotate(**_buyer("buyer"))
    counted = found.annotate(
        modes=ArrayAgg("payments__mode", distinct=True, default=Value([])), **_counted(Q(), {**AMOUNTS, "amount": "total"})
    )  # fmt: skip
    return counted.order_by("issued_on", "number").values(
        "id", "issued_on", "number", "document", "name", "gstin", "modes", "place_of_supply", *AMOUNTS, "amount",
    )  # fmt: skip


def refunds(user: User, period: Period) -> QuerySet[Any]:
    found = Refund.objects.visible_to(user).filter(
        status=Refund.Status.PROCESSED, issued_on__range=period.days
    )
    counted = found.annotate(**_buyer("buyer"), **_counted(Q(), {**AMOUNTS, "back": "amount"}))
    return counted.order_by("issued_on", "number").values(
        "id", "issued_on", "number", "document", "name", "gstin", "payment__receipt__number", "mode", *AMOUNTS, "back",
    )  # fmt: skip


def by_rate(user: User, period: Period) -> list[dict[str, Any]]:
    """What was supplied at each rate: invoices with debit notes, less credit notes."""
    rows = _lines(user, period, ("taxed", "rate"))
    return sorted(rows, key=lambda row: (row["taxed"] not in TAXED, row["rate"], row["taxed"]))


def by_code(user: User, period: Period) -> list[dict[str, Any]]:
    """The same by HSN/SAC, unit and rate, with quantities, to businesses and to others apart (Table 12)."""
    rows = _lines(user, period, ("business", "hsn", "uqc", "taxed", "rate"))
    return sorted(rows, key=lambda row: (not row["business"], row["hsn"], row["uqc"], row["rate"]))


def _lines(user: User, period: Period, by: tuple[str, ...]) -> list[dict[str, Any]]:
    """Lines of invoices and notes added up by some of their columns."""
    sold = InvoiceLine.objects.filter(
        invoice__in=invoices(user, period).filter(status=Invoice.Status.ISSUED).values("pk")
    )
    noted = NoteLine.objects.filter(
        note__in=Note.objects.visible_to(user).filter(issued_on__range=period.days).values("pk")
    )
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for rows in (_added(sold, by, **OF_INVOICES), _added(noted, by, **OF_NOTES)):
        for row in rows:
            key = tuple(row[name] for name in by)
            group = groups.setdefault(key, dict(zip(by, key, strict=True)))
            for name in (*AMOUNTS, "quantity_sold", "amount"):
                group[name] = group.get(name, ZERO) + row[name]
    return list(groups.values())


COMMERCIAL = "commercial"  # a note that leaves the tax as it is
OF_INVOICES: dict[str, Any] = {
    "names": {
        "taxed": F("tax_treatment"), "rate": F("tax_rate"), "code": F("hsn"), "unit": F("uqc"),
        "gstin": KeyTextTransform("gstin", "invoice__buyer"),
    },
    "sign": Value(1),
}  # fmt: skip
OF_NOTES: dict[str, Any] = {
    "names": {
        "taxed": Case(When(note__changes_tax=False, then=Value(COMMERCIAL)), default=F("line__tax_treatment")),
        "rate": Case(When(note__changes_tax=False, then=Value(ZERO)), default=F("line__tax_rate")),
        "code": F("line__hsn"), "unit": F("line__uqc"), "gstin": KeyTextTransform("gstin", "note__buyer"),
    },
    "sign": Case(When(note__kind=Note.Kind.CREDIT, then=Value(-1)), default=Value(1)),
}  # fmt: skip


def _added(
    rows: QuerySet[Any], by: tuple[str, ...], names: dict[str, Any], sign: Any
) -> list[dict[str, Any]]:
    columns = {"hsn": "code", "uqc": "unit"}
    wanted = [columns.get(name, name) for name in by]
    named = (
        rows.order_by()
        .annotate(**names)
        .annotate(business=Case(When(gstin__gt="", then=True), default=False))
    )
    is_taxed = Q(taxed__in=TAXED)
    sums = {
        "taxable_value": _sum(sign * F("net_value"), is_taxed),
        "untaxed_value": _sum(sign * F("net_value"), ~is_taxed),
        **{name: _sum(sign * F(column)) for name, column in HEADS.items()},
        "quantity_sold": Sum(sign * F("quantity"), output_field=DecimalField(max_digits=14, decimal_places=3)),
        "amount": _sum(sign * F("line_total")),
    }  # fmt: skip
    back = {new: old for old, new in columns.items()}
    return [
        {back.get(name, name): value for name, value in row.items()}
        for row in named.values(*wanted).annotate(**sums)
    ]


def _sum(what: Any, only: Q | None = None) -> Sum:
    return Sum(what, filter=only, default=ZERO, output_field=RUPEES)


def by_series(user: User, period: Period) -> list[dict[str, Any]]:
    """Of each series the first and last number, how many, and how many of them cancelled (Table 13)."""
    found: list[dict[str, Any]] = []
    for rows, gone in (
        (invoices(user, period), Q(status=Invoice.Status.CANCELLED)),
        *((model.objects.visible_to(user).filter(issued_on__range=period.days).exclude(number=""), None)
          for model in (Note, Receipt, Refund, Estimate)),
    ):  # fmt: skip
        grouped = rows.order_by().values("series_year", kind=F("series_year__series__kind"))
        for row in grouped.annotate(
            first=Min("number"), last=Max("number"), count=Count("pk"),
            cancelled=Count("pk", filter=gone) if gone else Value(0),
        ):  # fmt: skip
            found.append(row | {"left": row["count"] - row["cancelled"]})
    order = list(Series.Kind.values)
    return sorted(found, key=lambda row: (order.index(row["kind"]), row["first"]))


def _counted(only: Q, names: dict[str, str]) -> dict[str, Any]:
    """Amounts under other names, zero where a row doesn't count."""
    if not only:
        return {name: F(column) for name, column in names.items()}
    return {
        name: Case(When(only, then=F(column)), default=Value(ZERO), output_field=RUPEES)
        for name, column in names.items()
    }


def _signed(names: dict[str, str], kind: str) -> dict[str, Any]:
    """Amounts of notes, credits below zero."""
    credit = Q(**{kind: Note.Kind.CREDIT})
    return {
        name: Case(When(credit, then=-F(column)), default=F(column), output_field=RUPEES)
        for name, column in names.items()
    }


def _buyer(column: str) -> dict[str, Any]:
    return {"name": KeyTextTransform("name", column), "gstin": KeyTextTransform("gstin", column)}


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
            sales, "invoice-detail",
        ),
        Register(
            "notes", gettext_lazy("Credit and debit notes"),
            (_NUMBER, _DAY, Column("kind", gettext_lazy("Kind"), labels=dict(Note.Kind.choices)), *_WHOM,
             Column("invoice__number", gettext_lazy("Invoice")), Column("invoice__issued_on", gettext_lazy("Invoice date"), Kind.DAY),
             Column("reason", gettext_lazy("Reason"), labels=dict(Note.Reason.choices)), *_TAX, *_ROUNDED),
            notes, "note-detail",
        ),
        Register(
            "receipts", gettext_lazy("Receipts and vouchers"),
            (_NUMBER, _DAY, Column("document", gettext_lazy("Document"), labels=dict(Receipt.Document.choices)), *_WHOM,
             Column("modes", gettext_lazy("Modes"), labels=_MODES), *_TAX, _money("amount", gettext_lazy("Received"))),
            receipts, "payment-receipt",
        ),
        Register(
            "refunds", gettext_lazy("Refunds"),
            (_NUMBER, _DAY, Column("document", gettext_lazy("Document"), labels=dict(Refund.Document.choices)), *_WHOM,
             Column("payment__receipt__number", gettext_lazy("Of receipt")), Column("mode", gettext_lazy("Mode"), labels=_MODES),
             *_TAX, _money("back", gettext_lazy("Given back"))),
            refunds, "refund-detail",
        ),
        Register(
            "rates", gettext_lazy("Tax by rate"), (*_RATE, *_TAX, _money("amount", gettext_lazy("Before rounding"))), by_rate,
        ),
        Register(
            "codes", gettext_lazy("Tax by HSN/SAC"),
            (Column("hsn", "HSN/SAC"),
             Column("business", gettext_lazy("To"), labels={True: gettext_lazy("Businesses"), False: gettext_lazy("Others")}),
             Column("uqc", gettext_lazy("Unit")), Column("quantity_sold", gettext_lazy("Quantity"), Kind.FIGURE, adds_up=False),
             *_RATE, *_TAX, _money("amount", gettext_lazy("Before rounding"))),
            by_code,
        ),
        Register(
            "series", gettext_lazy("Numbers by series"),
            (Column("kind", gettext_lazy("Document"), labels=dict(Series.Kind.choices)), Column("first", gettext_lazy("From")),
             Column("last", gettext_lazy("To")), Column("count", gettext_lazy("How many"), Kind.FIGURE),
             Column("cancelled", gettext_lazy("Cancelled"), Kind.FIGURE), Column("left", gettext_lazy("Net"), Kind.FIGURE)),
            by_series,
        ),
    )
}  # fmt: skip
