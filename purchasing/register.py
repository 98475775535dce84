"""The purchase register: each supplier's invoice of a month with its tax by rate, and the goods sent back."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clinic.models import Branch
from purchasing.figures import HEADS
from purchasing.models import Receipt, Return

ZERO = Decimal("0.00")


@dataclass
class Entry:
    """One document at one rate; amounts in rupees, negative for a return. `credit` is the tax that may be credited."""

    document: Receipt | Return
    rate: Decimal
    amounts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(HEADS, ZERO))
    credit: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        return self.amounts["cgst"] + self.amounts["sgst"] + self.amounts["igst"]

    @property
    def is_return(self) -> bool:
        return isinstance(self.document, Return)


def entries(branch: Branch | None, first: datetime.date, last: datetime.date) -> list[Entry]:
    """Of the days from `first` to `last`, by the day goods came or went, then by number; lower rates first."""
    receipts = Receipt.objects.accepted().filter(branch=branch, received_on__range=(first, last))
    returns = Return.objects.filter(branch=branch, returned_on__range=(first, last))
    return [*_entries(receipts, 1, "received_on"), *_entries(returns, -1, "returned_on")]


def _entries(documents: QuerySet[Any], sign: int, day: str) -> Iterator[Entry]:
    for document in documents.order_by(day, "number").prefetch_related("lines"):
        by_rate: dict[Decimal, Entry] = {}
        for line in document.lines.all():
            entry = by_rate.setdefault(line.tax_rate, Entry(document, line.tax_rate))
            for head in HEADS:
                entry.amounts[head] += sign * getattr(line, head)
            if line.creditable:
                entry.credit += sign * line.tax
        yield from (by_rate[rate] for rate in sorted(by_rate) if by_rate[rate].amounts["total"])


def totals(found: list[Entry]) -> dict[str, Decimal]:
    sums = {head: sum((entry.amounts[head] for entry in found), ZERO) for head in HEADS}
    return sums | {"credit": sum((entry.credit for entry in found), ZERO)}


def rates(found: list[Entry]) -> list[dict[str, Any]]:
    """Sums by rate, lower rates first."""
    by_rate: dict[Decimal, list[Entry]] = defaultdict(list)
    for entry in found:
        by_rate[entry.rate].append(entry)
    return [{"rate": rate, **totals(by_rate[rate])} for rate in sorted(by_rate)]


def head() -> list[str]:
    return [
        _("Number"), _("Date"), _("Supplier"), _("GSTIN"), _("State"), _("Supplier's invoice"), _("Invoice date"),
        _("GST %"), _("Taxable"), _("CGST"), _("SGST"), _("IGST"), _("Total"), _("Input tax credit"), _("Against"),
    ]  # fmt: skip


def rows(found: list[Entry]) -> Iterator[list[Any]]:
    for entry in found:
        document, amounts = entry.document, entry.amounts
        yield [
            document.number,
            *((document.returned_on,) if isinstance(document, Return) else (document.received_on,)),
            document.supplier_name, document.supplier_gstin, document.supplier_state,
            *(("", "") if isinstance(document, Return) else (document.invoice_number, document.invoice_date)),
            entry.rate, *(amounts[name] for name in HEADS), entry.credit,
            _("Debit note") if entry.is_return else "",
        ]  # fmt: skip
