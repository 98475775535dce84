"""The lists of payments and of notes: rows as plain values, and what they come to together."""

import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.utils.translation import gettext_lazy

from billing.models import Note, Payment
from billing.register_rows import RUPEES
from billing.tables import WARNINGS, Column, Kind
from customers.models import Customer
from staff.models import User

PAYMENTS = (
    Column("receipt__number", gettext_lazy("Receipt"), shown=lambda number: number or "–"),
    Column("received_on", gettext_lazy("Received"), Kind.DAY, sorts=True),
    Column("customer__full_name", gettext_lazy("Customer"), sorts=True),
    Column("mode", gettext_lazy("Mode"), labels=dict(Payment.Mode.choices), sorts=True),
    Column("reference", gettext_lazy("Reference")),
    Column("by__full_name", gettext_lazy("Cashier"), sorts=True),
    Column("amount", gettext_lazy("Amount"), Kind.MONEY, sorts=True),
    Column("refunded", gettext_lazy("Given back"), Kind.MONEY),
    Column("unapplied", gettext_lazy("Held"), Kind.MONEY, sorts=True),
)
NOTES = (
    Column("number", gettext_lazy("Number"), sorts=True),
    Column("issued_on", gettext_lazy("Date"), Kind.DAY, sorts=True),
    Column("kind", gettext_lazy("Kind"), labels=dict(Note.Kind.choices)),
    Column("invoice__number", gettext_lazy("Invoice")),
    Column("customer__full_name", gettext_lazy("Customer"), sorts=True),
    Column("reason", gettext_lazy("Reason"), labels=dict(Note.Reason.choices)),
    Column("signed", gettext_lazy("Total"), Kind.MONEY, sorts=True),
)


def payments(
    *,
    user: User,
    words: str = "",
    mode: str = "",
    by: User | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> QuerySet[Payment]:
    """Money that came in, in any mode."""
    found = Payment.objects.visible_to(user)
    if words:
        people = Customer.objects.matching(words).values("pk")
        named = Q(receipt__number__icontains=words) | Q(reference__icontains=words)
        found = found.filter(named | Q(customer__in=people))
    if mode:
        found = found.filter(mode=mode)
    if by:
        found = found.filter(by=by)
    return _within(found, "received_on", since, until)


def payment_rows(found: QuerySet[Payment], sort: str) -> QuerySet[Any]:
    keys = [column.key for column in PAYMENTS]
    return found.order_by(*_order(sort, {"received_on": "received_at"})).values("id", *keys, *WARNINGS)


def by_mode(found: QuerySet[Payment]) -> list[tuple[str, str, int, Decimal]]:
    """Of payments by mode: the mode, what it is called, how many, rupees."""
    rows = found.order_by().values("mode").annotate(count=Count("pk"), sum=Sum("amount"))
    known = {row["mode"]: (row["count"], row["sum"]) for row in rows}
    return [(mode, str(label), *known[mode]) for mode, label in Payment.Mode.choices if mode in known]


def notes(
    *,
    user: User,
    words: str = "",
    kind: str = "",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    sort: str = "-issued_on",
) -> QuerySet[Any]:
    """Credit and debit notes; what is credited counts below zero."""
    found = Note.objects.visible_to(user)
    if words:
        people = Customer.objects.matching(words).values("pk")
        named = Q(number__icontains=words) | Q(invoice__number__icontains=words)
        found = found.filter(named | Q(customer__in=people))
    if kind:
        found = found.filter(kind=kind)
    found = _within(found, "issued_on", since, until).annotate(
        signed=Case(When(kind=Note.Kind.CREDIT, then=-F("total")), default=F("total"), output_field=RUPEES)
    )
    return found.order_by(*_order(sort, {"issued_on": "issued_at"})).values(
        "id", *[column.key for column in NOTES], *WARNINGS
    )


def _within(
    found: QuerySet[Any], column: str, since: datetime.date | None, until: datetime.date | None
) -> QuerySet[Any]:
    if since:
        found = found.filter(**{f"{column}__gte": since})
    if until:
        found = found.filter(**{f"{column}__lte": until})
    return found


def _order(sort: str, instead: dict[str, str]) -> tuple[Any, ...]:
    """By a column of the list, the latest row first among equals."""
    name = F(instead.get(sort.removeprefix("-"), sort.removeprefix("-")))
    return (name.desc(nulls_last=True) if sort.startswith("-") else name.asc(nulls_last=True), "-pk")
