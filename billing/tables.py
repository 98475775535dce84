"""Lists and registers as tables: each column knows how it is shown, written to a file, sorted and added up. Pure."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format

from clinic.money import grouped

ZERO = Decimal("0.00")
WHO = "customer__full_name"  # the column that names a person; rows that have WARNINGS, too, show them beside the name
WARNINGS = ("customer__alert", "customer__allergies")
Row = Mapping[str, Any]


class Kind(StrEnum):
    TEXT = "text"
    DAY = "day"
    MONEY = "money"
    FIGURE = "figure"  # a quantity or a count


@dataclass(frozen=True)
class Column:
    """`key` names the value in a row; `labels` say what a stored value is called; `shown` makes a text of the value."""

    key: str
    label: Any
    kind: Kind = Kind.TEXT
    labels: Mapping[Any, Any] | None = None
    shown: Callable[[Any], str] | None = None
    sorts: bool = False
    adds_up: bool = True

    @property
    def is_number(self) -> bool:
        return self.kind in (Kind.MONEY, Kind.FIGURE)

    @property
    def has_total(self) -> bool:
        return self.is_number and self.adds_up

    def cell(self, row: Row) -> Any:
        """For a file: numbers and days as such."""
        value = row.get(self.key)
        if self.labels is not None:
            value = self.labels.get(value, value) if not isinstance(value, list) else self._several(value)
        return self.shown(value) if self.shown else value

    def _several(self, values: list[Any]) -> str:
        labels = self.labels or {}
        return ", ".join(str(labels.get(value, value)) for value in values)

    def text(self, row: Row) -> str:
        """For the screen."""
        return self.written(self.cell(row))

    def written(self, value: Any) -> str:
        if value is None or value == "":
            return ""
        if self.kind == Kind.MONEY and isinstance(value, Decimal):
            return grouped(value)
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        if isinstance(value, datetime.date):
            return date_format(value, "j M Y")
        return str(value)


@dataclass(frozen=True)
class Cell:
    text: str
    label: str
    is_number: bool
    url: str = ""
    warned: Mapping[str, str] | None = None
    is_whole: bool = False  # a day stays on one line


@dataclass(frozen=True)
class Table:
    """What a page shows of a list: heads with the name they sort by, cells, and what all rows together come to."""

    columns: Sequence[Column]
    lines: list[list[Cell]]
    sums: list[Cell] = field(default_factory=list)


def table(
    columns: Sequence[Column], rows: Iterable[Row], *, sums: Row | None = None, opens: Callable[[Row], str]
) -> Table:
    """The first cell of each row leads to what `opens` names, where it names something."""
    lines = [[_cell(column, row, opens(row) if not place else "") for place, column in enumerate(columns)] for row in rows]  # fmt: skip
    return Table(columns, lines, foot(columns, sums) if sums else [])


def _cell(column: Column, row: Row, url: str) -> Cell:
    warned = (
        {name.partition("__")[2]: row[name] for name in WARNINGS}
        if column.key == WHO and WARNINGS[0] in row
        else None
    )
    return Cell(
        column.text(row),
        str(column.label),
        column.is_number,
        url,
        warned,
        column.kind == Kind.DAY,
    )


def foot(columns: Sequence[Column], sums: Row) -> list[Cell]:
    """The cells under the columns; only what adds up has a figure."""
    return [
        Cell(
            column.written(sums.get(column.key)) if column.has_total else "",
            str(column.label),
            column.is_number,
        )
        for column in columns
    ]


def added(columns: Sequence[Column], rows: Iterable[Row]) -> dict[str, Decimal]:
    """The sums of rows that are all at hand."""
    found = {column.key: ZERO for column in columns if column.has_total}
    for row in rows:
        for key in found:
            found[key] += row.get(key) or 0
    return found


def written(columns: Sequence[Column], rows: Iterable[Row]) -> tuple[list[str], Iterable[list[Any]]]:
    """Head and rows for a file."""
    return [str(column.label) for column in columns], (
        [column.cell(row) for column in columns] for row in rows
    )


def ordering(columns: Sequence[Column], sort: str, default: str) -> str:
    """What a list is sorted by, "-" first for descending: as asked for, where a column sorts so."""
    known = {column.key for column in columns if column.sorts}
    return sort if sort.removeprefix("-") in known else default
