"""The sheet of a statement of account: what was billed, paid and credited between two days, and what is left.

The rows are read elsewhere; here they become a paper. A statement isn't kept: the next one differs.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing import snapshots
from billing.breakdown import ZERO
from billing.models import Paper
from billing.paper import keeping, parts
from billing.paper.sheet import Column, Fact, Sheet, Table
from clinic import money
from clinic.models import Branch
from clinic.money import grouped
from customers.models import Customer


@dataclass(frozen=True)
class Entry:
    """One movement. `charged` is what it adds to what is owed, `received` what it takes off."""

    day: datetime.date
    text: str
    number: str = ""
    charged: Decimal = ZERO
    received: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One customer's account at one branch; `opening` is what was owed before the first day, below zero an advance."""

    branch: Branch
    customer: Customer
    since: datetime.date
    until: datetime.date
    opening: Decimal
    entries: Sequence[Entry]

    @property
    def closing(self) -> Decimal:
        return self.opening + sum((each.charged - each.received for each in self.entries), ZERO)


def draw_statement(statement: Statement, form: Paper.Format | str, language: str = "en") -> bytes:
    """The PDF. Only A4 and A5 are of use; a slip is drawn as well."""
    branch = statement.branch
    return keeping.draw_sheet(sheet(statement), form, language, zone=branch.zone)


def sheet(statement: Statement) -> Sheet:
    customer, closing = statement.customer, statement.closing
    buyer: dict[str, Any] = {"name": customer.full_name, "phone": customer.phone, "gstin": customer.gstin}
    is_due = closing >= 0
    return Sheet(
        title=_("Statement of account"),
        number="",
        supplier=snapshots.supplier(statement.branch, statement.branch.registration, []),
        party=parts.party("Account of", buyer),
        facts=[
            Fact("From", parts.day(statement.since)),
            Fact("Until", parts.day(statement.until)),
            Fact("Reference", customer.reference),
        ],
        tables=[_table(statement)],
        total=Fact("Due" if is_due else "In advance", money.rupees(abs(closing))),
        words=money.in_words(abs(closing)),
        signatures=("Authorised signatory",),
    )


def _table(statement: Statement) -> Table:
    balance = statement.opening
    rows = [["", _("Brought forward"), "", "", "", grouped(balance)]]
    for entry in statement.entries:
        balance += entry.charged - entry.received
        charged, received = (grouped(value) if value else "" for value in (entry.charged, entry.received))
        rows.append([parts.day(entry.day), entry.text, entry.number, charged, received, grouped(balance)])
    billed = sum((entry.charged for entry in statement.entries), ZERO)
    paid = sum((entry.received for entry in statement.entries), ZERO)
    columns = [
        Column("Date", "day"), Column("What"), Column("Number", "number"), Column("Billed ₹", "n"),
        Column("Received ₹", "n"), Column("Balance ₹", "n"),
    ]  # fmt: skip
    foot = ["", _("Total"), "", grouped(billed), grouped(paid), grouped(balance)]
    return Table(title="", columns=columns, rows=rows, foot=foot)
