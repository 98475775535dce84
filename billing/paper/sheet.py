"""What a paper says, whatever the document: blocks of plain values that the templates draw in any format. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from billing.breakdown import Part, RateRow


@dataclass(frozen=True)
class Fact:
    """A label with its value, such as the number or the date."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Party:
    """Whom the paper is for; `rows` are the address, the State and the GSTIN."""

    label: str
    name: str
    phone: str = ""
    rows: Sequence[str] = ()
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class About:
    """What the paper is about, in the middle of its head."""

    label: str
    text: str
    rows: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that is billed, credited or estimated."""

    text: str
    rows: Sequence[str] = ()
    code: str = ""
    quantity: str = ""
    price: Decimal | None = None
    off: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    tax: str = ""
    total: Decimal = Decimal(0)


@dataclass(frozen=True)
class Column:
    label: str
    look: str = ""  # "n" of figures, "day" of dates


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of plain words: bills that were paid, payments, movements of an account."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    foot: Sequence[str] = ()

    @property
    def looked_at(self) -> list[list[tuple[str, str]]]:
        """Each cell with the look of its column."""
        return [self._looked(row) for row in self.rows]

    @property
    def looked_at_foot(self) -> list[tuple[str, str]]:
        return self._looked(self.foot)

    def _looked(self, row: Sequence[str]) -> list[tuple[str, str]]:
        return [(column.look, cell) for column, cell in zip(self.columns, row, strict=True)]


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Tax by rate and head, Rule 46(l) and (m)."""

    rows: Sequence[RateRow]
    state_label: str
    igst: bool
    cess: bool


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code to scan, as the data address of its picture."""

    image: str
    label: str
    rows: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One document. `supplier` is the snapshot of the day of issue; amounts are in rupees."""

    title: str
    number: str
    supplier: dict[str, Any]
    party: Party | None = None
    about: About | None = None
    facts: Sequence[Fact] = ()
    legends: Sequence[str] = ()
    lines: Sequence[Line] = ()
    is_taxed: bool = False
    tables: Sequence[Table] = ()
    rates: Rates | None = None
    parts: Sequence[Part] = ()
    total: Fact | None = None
    after: Sequence[Part] = ()
    due: Decimal = Decimal(0)
    words: str = ""
    stamp: Sequence[str] = ()
    cancelled: str = ""
    code: Code | None = None
    big_code: str = ""
    remarks: Sequence[str] = ()
    signatures: Sequence[str] = field(default=("Authorised signatory",))
    with_goods: bool = False

    @property
    def has_prices(self) -> bool:
        return any(line.price is not None for line in self.lines)

    @property
    def has_discounts(self) -> bool:
        return any(line.off for line in self.lines)

    @property
    def heading(self) -> str:
        return f"{self.title} {self.number}"
