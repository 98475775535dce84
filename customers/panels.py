"""What customers show on shared pages: the menu entry, the search, and the facts of one person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import money, phones, registries
from clinic.permissions import Permission
from customers import proofs, queries, timeline
from customers.models import Customer
from staff.models import User

#: The tabs of a customer's page, in order. What an app's panels name besides comes after them.
TABS = {
    "overview": gettext_lazy("Overview"),
    "packages": gettext_lazy("Packages"),
    "visits": gettext_lazy("Visits"),
    "bills": gettext_lazy("Invoices"),
    "files": gettext_lazy("Files"),
    "photos": gettext_lazy("Photographs"),
    "consents": gettext_lazy("Consents"),
    "timeline": gettext_lazy("Timeline"),
    "history": gettext_lazy("History"),
}


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
    registries.add_setting(
        registries.Setting(
            75,
            gettext_lazy("Kept long enough"),
            gettext_lazy("Whose records may be erased by now"),
            "customer-past",
            "archive-x",
            Permission.CUSTOMERS_ERASE,
        )
    )
    registries.add_panel(
        registries.Panel(
            "customer",
            5,
            gettext_lazy("Family and identity"),
            "customer-household",
            Permission.CUSTOMERS_VIEW,
        )
    )
    for order, title, url_name, tab in (
        (900, gettext_lazy("Timeline"), "customer-timeline", "timeline"),
        (910, gettext_lazy("History"), "customer-history", "history"),
    ):
        registries.add_panel(
            registries.Panel("customer", order, title, url_name, Permission.CUSTOMERS_VIEW, tab=tab)
        )
    for name, title, permission, read in (
        ("record", gettext_lazy("Record"), Permission.CUSTOMERS_VIEW, timeline.of_record),
        ("files", gettext_lazy("Files"), Permission.FILES_VIEW, timeline.of_files),
    ):
        registries.add_timeline(name, registries.TimelineProvider(title, permission, read))
    registries.add_proof("merged records", proofs.merged)
    registries.add_history("customers.Document", Permission.FILES_VIEW)
    registries.add_reader("customers.Customer", Permission.CUSTOMERS_VIEW)
    registries.add_search("customers", registries.SearchProvider(Permission.CUSTOMERS_VIEW, search))


@dataclass(frozen=True)
class Tab:
    name: str
    title: Any
    panels: list[dict[str, Any]]


def tabs_for(user: User, customer_id: UUID) -> list[Tab]:
    """The tabs that hold something for this person; a panel without a tab stands in the overview."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABS}
    for panel in registries.panels_for(user, "customer", customer_id):
        for name in str(panel["tab"] or "overview").split():
            found.setdefault(name, []).append(panel)
    return [
        Tab(name, TABS.get(name) or panels[0]["title"], panels)
        for name, panels in found.items()
        if panels or name == "overview"
    ]


def search(user: User, words: str) -> Iterator[registries.Found]:
    for customer in queries.choices(user=user, words=words):
        yield registries.Found(
            kind=_("Customers"),
            title=customer.full_name,
            detail=f"{customer.phone_shown} · {customer.reference}",
            url=customer.get_absolute_url(),
            customer=customer,
        )


def facts_of(customer: Customer, *, money_too: bool) -> list[tuple[str, Any]]:
    """The card "Personal": names and values, empty ones are left out when drawn."""
    standing = customer.standing
    facts = [
        (_("Born"), _born(customer)),
        (_("Second phone"), phones.shown(customer.second_phone) if customer.second_phone else ""),
        (_("E-mail"), customer.email),
        (_("Address"), customer.address_shown),
        (_("Marital status"), customer.get_marital_status_display()),
        (_("Skin type"), customer.skin_type),
        (_("Concern"), customer.chief_concern),
        (_("Allergies"), customer.allergies or _("None noted")),
        (_("Chronic conditions"), customer.chronic_conditions),
        (_("GSTIN"), customer.gstin),
        (_("Notes"), customer.notes),
        (_("In an emergency"), _emergency(customer)),
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


def _born(customer: Customer) -> str:
    day = _date(customer.born_on)
    return _("about %(day)s, from the age") % {"day": day} if day and customer.birth_is_estimated else day


def _emergency(customer: Customer) -> str:
    parts = [customer.emergency_name, customer.emergency_relation]
    parts += [phones.shown(customer.emergency_phone)] if customer.emergency_phone else []
    return ", ".join(part for part in parts if part)


def _date(day: Any) -> str:
    return date_format(day, "j M Y") if day else ""
