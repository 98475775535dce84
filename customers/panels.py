"""What customers show on shared pages: the menu entry, the search, and the facts of one person."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import money, registries
from clinic.permissions import Permission
from customers import queries
from customers.models import Customer
from staff.models import User


def register() -> None:
    registries.add_menu(
        registries.MenuEntry(
            30, gettext_lazy("Customers"), "customer-list", "users", Permission.CUSTOMERS_VIEW
        )
    )
    registries.add_shortcut(
        registries.Shortcut(
            10, gettext_lazy("New customer"), "customer-new", "user-plus", Permission.CUSTOMERS_CREATE
        )
    )
    registries.add_search("customers", registries.SearchProvider(Permission.CUSTOMERS_VIEW, search))


def search(user: User, words: str) -> Iterator[registries.Found]:
    for customer in queries.choices(user=user, words=words):
        yield registries.Found(
            kind=_("Customers"),
            title=customer.full_name,
            detail=f"{customer.phone_shown} · {customer.reference}",
            url=customer.get_absolute_url(),
        )


def facts_of(customer: Customer, *, money_too: bool) -> list[tuple[str, Any]]:
    """The card "Personal": names and values, empty ones are left out when drawn."""
    standing = customer.standing
    facts = [
        (_("Born"), _date(customer.born_on)),
        (_("E-mail"), customer.email),
        (_("Address"), customer.address_shown),
        (_("Skin type"), customer.skin_type),
        (_("Concern"), customer.chief_concern),
        (_("Allergies"), customer.allergies or _("None noted")),
        (_("GSTIN"), customer.gstin),
        (_("Notes"), customer.notes),
        (_("Home branch"), str(customer.home_branch)),
        (_("Registered"), _date(customer.created_at)),
        (_("Last visit"), _date(standing.last_visit_on)),
    ]
    if money_too:
        due = standing.due
        facts.append(
            (_("Balance"), _("%(due)s due") % {"due": money.rupees(due)} if due else _("Nothing due"))
        )
    return facts


def _date(day: Any) -> str:
    return date_format(day, "j M Y") if day else ""
