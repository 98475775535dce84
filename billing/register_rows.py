"""The rows of registers: documents of a period one by one, and tax added up by rate, by code and by series.

Opening dues are no supply of ours and stand in none. A cancelled invoice is listed with zero. Credit notes count below
zero, so that sales and notes together are what rates and codes add up to.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, DecimalField, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.fields.json import KeyTextTransform

from billing.models import Estimate, Invoice, InvoiceLine, Note, NoteLine, Receipt, Refund
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
        modes=ArrayAgg("payments__mode", distinct=True), **_counted(Q(), {**AMOUNTS, "amount": "total"})
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
        grouped = rows.order_by().values("series_year", of=F("series_year__series__kind"))
        for row in grouped.annotate(
            first=Min("number"), last=Max("number"), count=Count("pk"),
            cancelled=Count("pk", filter=gone) if gone else Value(0),
        ):  # fmt: skip
            found.append(row | {"left": row["count"] - row["cancelled"]})
    order = list(Series.Kind.values)
    return sorted(found, key=lambda row: (order.index(row["of"]), row["first"]))


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
