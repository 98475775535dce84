"""The account of a customer at a branch: what was billed, credited, paid and given back, day by day, with the balance."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, DateField, DecimalField, F, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Invoice, Note, Payment, Refund, StoredValueEntry, Tip
from billing.paper import Entry, Statement
from clinic.models import Branch
from customers.models import Customer

ZERO = Decimal("0.00")
#: What the rows are called, by what they are.
NAMES = {
    "invoice": gettext_lazy("Invoice"),
    "opening_due": gettext_lazy("Brought forward"),
    "cancelled": gettext_lazy("Invoice cancelled"),
    "credit": gettext_lazy("Credit note"),
    "debit": gettext_lazy("Debit note"),
    "tip": gettext_lazy("Tip"),
    "card": gettext_lazy("Gift card"),
    "refund": gettext_lazy("Given back"),
    "reversal": gettext_lazy("Payment that failed"),
}
PAGES = {"invoice": "invoice-detail", "note": "note-detail", "payment": "payment-detail", "refund": "refund-detail"}  # fmt: skip


@dataclass(frozen=True)
class Movement(Entry):
    """An entry with what is owed after it, and the page that shows it."""

    balance: Decimal = ZERO
    page: str = ""
    pk: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Account(Statement):
    """One customer's account at one branch between two days."""

    entries: Sequence[Movement]

    @property
    def charged(self) -> Decimal:
        return sum((entry.charged for entry in self.entries), ZERO)

    @property
    def received(self) -> Decimal:
        return sum((entry.received for entry in self.entries), ZERO)

    @property
    def in_advance(self) -> Decimal:
        return max(-self.closing, ZERO)


def statement(*, branch: Branch, customer: Customer, since: datetime.date, until: datetime.date) -> Account:
    """The account between two days. What is closing is what bills owe, less what is held in advance."""
    balance = opening = ZERO
    entries = []
    for row in movements(branch, customer, until):
        charge = row["charge"]
        balance += charge
        if row["day"] < since:
            opening = balance
        else:
            entries.append(_entry(row, charge, balance))
    return Account(
        branch=branch, customer=customer, since=since, until=until, opening=opening, entries=entries
    )


def _entry(row: dict[str, Any], charge: Decimal, balance: Decimal) -> Movement:
    is_credit = row["what"] in ("cancelled", "credit", "payment")
    text = NAMES.get(row["what"])
    mode = dict(Payment.Mode.choices).get(row["how"], "")
    return Movement(
        day=row["day"],
        text=str(text) if text else _("Paid: %(mode)s") % {"mode": mode},
        number=row["paper"] or "",
        charged=ZERO if is_credit else charge,
        received=-charge if is_credit else ZERO,
        balance=balance,
        page=PAGES[row["source"]],
        pk=row["key"],
    )


def movements(branch: Branch, customer: Customer, until: datetime.date) -> list[dict[str, Any]]:
    """All that changed what is owed, up to a day, in order: one query. `charge` adds to it, below zero it takes off."""
    first, *rest = _sources(branch, customer)
    rows = first.union(*rest, all=True).order_by("day", "at", "key")
    return [row for row in rows if row["day"] <= until]


def _sources(branch: Branch, customer: Customer) -> list[QuerySet[Any]]:
    mine = Q(branch=branch, customer=customer)
    bills = Invoice.objects.filter(mine, status__in=[Invoice.Status.ISSUED, Invoice.Status.CANCELLED])
    called = Case(When(document="opening_due", then=Value("opening_due")), default=Value("invoice"))
    notes = Note.objects.filter(mine)
    owes_more = Case(When(kind=Note.Kind.DEBIT, then=F("total")), default=-F("total"))
    refunds = Refund.objects.filter(mine, status=Refund.Status.PROCESSED)
    through = Q(payment__branch=branch, payment__customer=customer)
    cards = StoredValueEntry.objects.filter(through, kind__in=["bought", "taken_back"])
    local = TruncDate("cancelled_at", tzinfo=branch.zone)
    return [
        _rows(bills, F("issued_on"), F("issued_at"), called, F("number"), F("total")),
        _rows(bills.filter(status="cancelled"), local, F("cancelled_at"), Value("cancelled"), F("number"), -F("total")),
        _rows(notes, F("issued_on"), F("issued_at"), F("kind"), F("number"), owes_more, source="note"),
        _rows(Payment.objects.filter(mine), F("received_on"), F("received_at"), Value("payment"),
              F("receipt__number"), -F("amount"), source="payment", mode=F("mode")),
        _rows(Tip.objects.filter(through), F("payment__received_on"), F("payment__received_at"), Value("tip"),
              F("payment__receipt__number"), F("amount"), source="payment", key=F("payment_id")),
        _rows(cards, F("on"), F("created_at"), Value("card"), F("payment__receipt__number"), F("amount"),
              source="payment", key=F("payment_id")),
        _rows(refunds, F("issued_on"), F("issued_at"), F("kind"), F("number"), F("amount"), source="refund"),
    ]  # fmt: skip


def _rows(
    found: QuerySet[Any], day: Any, at: Any, what: Any, paper: Any, charge: Any, *,
    source: str = "invoice", key: Any = None, mode: Any = None,
) -> QuerySet[Any]:  # fmt: skip
    """The same columns of whatever table."""
    columns = {
        "day": Cast(day, DateField()), "at": at, "what": Cast(what, CharField()), "paper": Cast(paper, CharField()),
        "charge": Cast(charge, DecimalField(max_digits=14, decimal_places=2)), "source": Value(source, CharField()),
        "key": Cast(key or F("id"), UUIDField()), "how": Cast(mode or Value(""), CharField()),
    }  # fmt: skip
    return found.order_by().annotate(**columns).values(*columns)
