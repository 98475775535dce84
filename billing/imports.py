"""Opening dues, advances and store credit, as they come from a former system."""

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import domain
from billing.domain.opening import Opening
from billing.models import Invoice, Payment, StoredValueEntry
from clinic import phones
from clinic.models import Branch
from clinic.permissions import Permission
from customers.models import Customer
from imports.columns import Column, amount, day, text
from imports.importers import Finding, Importer, Line, add, twice
from staff.models import User

AT_ONCE = 5000  # values in one question to the database
LEAST = Decimal("0.01")


def register() -> None:
    for importer in (
        Importer(
            kind="dues", order=50, title=gettext_lazy("Opening dues"), icon="receipt-indian-rupee",
            explanation=gettext_lazy("What customers still owe, under the numbers of the former system."),
            permission=Permission.BILLING_CREATE, columns=due_columns, check=check_dues, write=_writer(domain.bring_dues),
        ),
        Importer(
            kind="advances", order=60, title=gettext_lazy("Opening advances"), icon="wallet",
            explanation=gettext_lazy("Money taken in advance and not used yet."),
            permission=Permission.BILLING_COLLECT, columns=advance_columns, check=check_advances,
            write=_writer(domain.bring_advances),
        ),
        Importer(
            kind="credit", order=70, title=gettext_lazy("Opening store credit"), icon="wallet-cards",
            explanation=gettext_lazy("Store credit that customers can still spend, with its last day."),
            permission=Permission.BILLING_REFUND, columns=credit_columns, check=check_credit,
            write=_writer(domain.bring_credit),
        ),
    ):  # fmt: skip
        add(importer)


def _who_and_what() -> tuple[Column, ...]:
    return (
        Column("customer", _("Customer"), text(100), True, ("patient", "reference number", "phone"), "98450 12345"),
        Column("amount", _("Amount"), amount(2, LEAST), True, ("balance", "due"), "2500.00"),
    )  # fmt: skip


def due_columns(branch: Branch) -> tuple[Column, ...]:
    return (
        *_who_and_what(),
        Column("number", _("Number"), text(16), True, ("invoice", "bill number", "invoice number"), "B-1042"),
        Column("day", _("Date"), day, True, ("invoice date", "bill date"), "01/06/2026"),
    )


def advance_columns(branch: Branch) -> tuple[Column, ...]:
    return (
        *_who_and_what(),
        Column("number", _("Receipt number"), text(60), True, ("receipt", "number"), "R-310"),
        Column("day", _("Date"), day, True, ("received on",), "01/06/2026"),
    )


def credit_columns(branch: Branch) -> tuple[Column, ...]:
    return (
        *_who_and_what(),
        Column("last_day", _("Last day"), day, False, ("expiry", "valid until"), "31/05/2027"),
    )


def check_dues(branch: Branch, lines: list[Line]) -> Iterator[Finding]:
    yield from _check(branch, lines)
    dues = Invoice.objects.filter(branch=branch, document=Invoice.Document.OPENING_DUE)
    yield from _known(lines, lambda some: dues.annotate(key=Upper("number")).filter(key__in=some))


def check_advances(branch: Branch, lines: list[Line]) -> Iterator[Finding]:
    yield from _check(branch, lines)
    advances = Payment.objects.filter(branch=branch, mode=Payment.Mode.OPENING)
    yield from _known(lines, lambda some: advances.annotate(key=Upper("reference")).filter(key__in=some))


def check_credit(branch: Branch, lines: list[Line]) -> Iterator[Finding]:
    """One line for each customer and last day: without a number nothing else tells that it is there already."""
    yield from _check(branch, lines)
    today = _today(branch)
    there = StoredValueEntry.objects.filter(value__branch=branch, kind=StoredValueEntry.Kind.OPENING)
    brought = set(there.values_list("value__customer", "value__expires_on"))
    seen: dict[Any, int] = {}
    for line in lines:
        customer, last = line.values.get("who"), line.values.get("last_day")
        if customer is None:
            continue
        if last and last < today:
            yield Finding(line.number, "last_day", _("This store credit has expired."))
        if (customer.pk, last) in brought:
            sentence = _("Store credit of this customer with this last day was brought forward already.")
            yield Finding(line.number, "customer", sentence)
        elif (customer.pk, last) in seen:
            sentence = _("The same customer and last day stand in row %(line)s. Put them together.")
            yield Finding(line.number, "customer", sentence % {"line": seen[customer.pk, last]})
        seen.setdefault((customer.pk, last), line.number)


def _today(branch: Branch) -> datetime.date:
    return timezone.localdate(timezone=branch.zone)


def _check(branch: Branch, lines: list[Line]) -> Iterator[Finding]:
    """Whose line it is, which is kept on it for writing; no day that is still to come, no number twice."""
    yield from twice(lines, "number", _("This number stands in row %(line)s too."))
    people = People(branch, {line.values["customer"] for line in lines})
    today = _today(branch)
    for line in lines:
        found = people.find(line.values["customer"])
        if len(found) == 1:
            line.values["who"] = found[0]
        else:
            sentence = (
                _("Several people fit. Write the reference number.")
                if found
                else _("There is no such customer. Import the customers first.")
            )
            yield Finding(line.number, "customer", sentence)
        if line.values.get("day") and line.values["day"] > today:
            yield Finding(line.number, "day", _("This day is still to come."))


def _known(lines: list[Line], asked: Callable[[list[str]], Any]) -> Iterator[Finding]:
    """Former numbers that were brought forward before."""
    wanted = {line.values["number"].upper(): line.number for line in lines}
    for some in _by(AT_ONCE, sorted(wanted)):
        for key in asked(some).values_list("key", flat=True):
            yield Finding(wanted[key], "number", _("This number was brought forward already."))


class People:
    """Customers by reference number, by a phone or by a whole name, asked for many at a time."""

    def __init__(self, branch: Branch, words: set[str]) -> None:
        self.by_key: dict[str, dict[Any, Customer]] = {}
        everybody = Customer.objects.filter(organisation_id=branch.organisation_id, is_active=True)
        for some in _by(AT_ONCE, sorted(words)):
            numbers = {number for typed in some if (number := _phone(typed))}
            names = {typed.casefold() for typed in some}
            fits = Q(name__in=names) | Q(code__in=names) | Q(phone__in=numbers)
            for person in everybody.annotate(name=Lower("full_name"), code=Lower("reference")).filter(fits):
                for key in (person.name, person.code, person.phone):
                    self.by_key.setdefault(key, {})[person.pk] = person

    def find(self, words: str) -> list[Customer]:
        """Nobody, one, or several of whom it can't be told which."""
        return list((self.by_key.get(words.casefold(), {}) | self.by_key.get(_phone(words), {})).values())


def _phone(words: str) -> str:
    try:
        return phones.parse(words)
    except ValueError:
        return ""


def _by(size: int, values: list[Any]) -> Iterator[list[Any]]:
    return (values[first : first + size] for first in range(0, len(values), size))


def _writer(verb: Callable[..., None]) -> Callable[..., None]:
    def write(*, by: User, branch: Branch, lines: list[Line], told: Callable[[int], None]) -> None:
        rows = [_row(line, _today(branch)) for line in lines]
        verb(by=by, branch=branch, rows=rows, told=told)

    return write


def _row(line: Line, today: datetime.date) -> Opening:
    values = line.values
    return Opening(
        customer=values["who"], amount=values["amount"], day=values.get("day") or today, number=values.get("number", ""),
        last_day=values.get("last_day"),
    )  # fmt: skip
