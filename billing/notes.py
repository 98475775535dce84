"""What a note about lines of an issued bill comes to. Nothing is written to the database here.

A credit note takes rate and place of the original line: of each head so much as its value is credited, to the paisa, and
the last credit takes what is left. After 30 November following the year of the supply tax can't be reduced any more
(section 34(2) CGST): such a note is commercial and gives the amount back as plain value.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from billing.models import Invoice, InvoiceLine, NoteBatch, NoteLine
from clinic import gst
from clinic.gst import LineAmounts
from clinic.money import rupees
from clinic.refusals import Refusal

Goods = NoteLine.Goods
ZERO = Decimal("0.00")
AMOUNTS = ("quantity", "net_value", "cgst", "sgst", "igst", "cess")


@dataclass(frozen=True, kw_only=True)
class CreditTerms:
    """What of one line is credited: a quantity, or an `amount` with tax, or a `value` before it; one of the three.

    `goods` says what became of products that came back; that needs a quantity.
    """

    line: InvoiceLine
    quantity: Decimal | None = None
    amount: Decimal | None = None
    value: Decimal | None = None
    goods: str = Goods.NONE


@dataclass(frozen=True)
class Reversed:
    """One line of a note to be written. Goods are parted by the batches they left from."""

    line: InvoiceLine
    amounts: LineAmounts
    goods: str = Goods.NONE
    batches: list[tuple[InvoiceLine, Decimal]] = field(default_factory=list)


@dataclass(frozen=True)
class Reckoned:
    """A whole note: its lines, and what it comes to with rounding."""

    lines: list[Reversed]
    changes_tax: bool
    round_off: Decimal
    total: Decimal

    def sum_of(self, name: str) -> Decimal:
        return sum((getattr(each.amounts, name) for each in self.lines), ZERO)

    @property
    def taxable(self) -> Decimal:
        return sum((each.amounts.net_value for each in self.lines if self._is_taxed(each)), ZERO)

    @property
    def untaxed(self) -> Decimal:
        return self.sum_of("net_value") - self.taxable

    def _is_taxed(self, each: Reversed) -> bool:
        return self.changes_tax and each.line.tax_treatment == gst.Treatment.TAXABLE


def last_day_to_change_tax(supplied_on: datetime.date) -> datetime.date:
    """30 November after the end of the financial year of the supply."""
    year = supplied_on.year if supplied_on.month > 3 else supplied_on.year - 1
    return datetime.date(year + 1, 11, 30)


def credited(lines: Sequence[InvoiceLine]) -> dict[UUID, LineAmounts]:
    """What earlier credit notes took off each line."""
    rows = NoteLine.objects.filter(line__in=lines, note__kind="credit").order_by()
    sums = {name: Sum(name) for name in AMOUNTS}
    return {row.pop("line"): LineAmounts(**row) for row in rows.values("line").annotate(**sums)}
