"""Packages that customers brought along half used from a former system."""

from collections.abc import Iterator
from contextlib import suppress

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import phones
from clinic.models import Branch
from clinic.permissions import Permission
from clinic.refusals import Refusal
from customers.models import Customer
from imports.columns import Column, amount, day, text, whole
from imports.importers import Finding, Importer, Line, add
from packages import domain
from packages.models import Plan
from staff.models import User


def register() -> None:
    add(
        Importer(
            kind="packages", order=40, title=gettext_lazy("Running packages"), icon="package-check",
            explanation=gettext_lazy(
                "Packages sold before, with the sessions used so far. Customers and plans must be there already."
            ),
            permission=Permission.PACKAGES_CHANGE, columns=columns, check=check, write_line=write_line,
        )
    )  # fmt: skip


def columns(branch: Branch) -> tuple[Column, ...]:
    return (
        Column("customer", _("Customer"), text(100), True, ("patient", "reference number", "phone"), "98450 12345"),
        Column("plan", _("Package"), text(150), True, ("plan",), "Laser Hair Removal ×8"),
        Column("value", _("Value before tax"), amount(), True, ("price", "amount"), "36000"),
        Column("sold_on", _("Sold on"), day, True, ("date", "enrolled on"), "01/06/2026"),
        Column("used", _("Sessions used"), whole(0, 100), True, ("completed",), "3"),
        Column("valid_until", _("Valid until"), day, False, ("expiry",), "31/05/2027"),
        Column("paid", _("Paid before tax"), amount(), False, (), "36000"),
    )  # fmt: skip


def check(branch: Branch, lines: list[Line]) -> Iterator[Finding]:
    return iter(())


def write_line(*, by: User, branch: Branch, line: Line) -> None:
    values = line.values
    domain.take_over(
        by=by, branch=branch, customer=_customer(branch, values["customer"]), plan=_plan(branch, values["plan"]),
        value=values["value"], sold_on=values["sold_on"], used=values["used"],
        valid_until=values.get("valid_until"), paid=values.get("paid"),
    )  # fmt: skip


def _customer(branch: Branch, words: str) -> Customer:
    """By reference number, else by a phone that only one person has, else by a whole name that only one person has."""
    people = Customer.objects.filter(organisation_id=branch.organisation_id, is_active=True)
    by_words = Q(reference__iexact=words) | Q(full_name__iexact=words)
    with suppress(ValueError):
        by_words |= Q(phone=phones.parse(words))
    found = list(people.filter(by_words)[:2])
    if len(found) != 1:
        sentence = (
            _("Several people fit. Write the reference number.")
            if found
            else _("There is no such customer. Import the customers first.")
        )
        raise Refusal(sentence, field="customer")
    return found[0]


def _plan(branch: Branch, name: str) -> Plan:
    plan = Plan.objects.filter(
        organisation_id=branch.organisation_id, is_active=True, name__iexact=name
    ).first()
    if plan is None:
        raise Refusal(_("There is no package of this name on the menu."), field="plan")
    return plan
