"""What billing shows on shared pages: the menu entry, the search by number, the panel of a customer."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import drawer_proofs, person, proofs, queries
from billing.models import Invoice
from clinic import money, registries
from clinic.permissions import Permission
from staff.models import User


def register() -> None:
    _on_pages()
    _of_a_person()
    _in_settings()
    registries.add_search("invoices", registries.SearchProvider(Permission.BILLING_VIEW, search))
    registries.add_proof("invoices", proofs.bills)
    registries.add_proof("numbers of invoices", proofs.numbers)
    registries.add_proof("credits", proofs.credits)
    registries.add_proof("drawers", drawer_proofs.drawers)
    registries.add_proof("days", drawer_proofs.days)


def _on_pages() -> None:
    registries.add_menu(
        registries.MenuEntry(
            50, gettext_lazy("Billing"), "invoice-list", "receipt-indian-rupee", Permission.BILLING_VIEW
        )
    )
    registries.add_shortcut(
        registries.Shortcut(
            40, gettext_lazy("New invoice"), "invoice-new", "receipt-indian-rupee", Permission.BILLING_CREATE
        )
    )
    registries.add_panel(
        registries.Panel(
            "customer",
            30,
            gettext_lazy("Invoices"),
            "customer-invoices",
            Permission.BILLING_VIEW,
            tab="bills",
        )
    )
    registries.add_panel(
        registries.Panel(
            "customer",
            20,
            gettext_lazy("Money held"),
            "customer-stored",
            Permission.BILLING_VIEW,
            tab="bills",
        )
    )
    registries.add_panel(
        registries.Panel(
            "visit", 10, gettext_lazy("Invoices"), "appointment-invoices", Permission.BILLING_VIEW
        )
    )
    registries.add_shortcut(
        registries.Shortcut(
            45, gettext_lazy("Take money"), "payment-take", "hand-coins", Permission.BILLING_COLLECT
        )
    )


def _of_a_person() -> None:
    for name, title, read in (
        ("bills", gettext_lazy("Invoices"), person.of_bills),
        ("payments", gettext_lazy("Payments"), person.of_payments),
        ("notes", gettext_lazy("Credit and debit notes"), person.of_notes),
    ):
        registries.add_timeline(name, registries.TimelineProvider(title, Permission.BILLING_VIEW, read))
    registries.add_visit_mark(
        "paid", registries.VisitMark(gettext_lazy("Paid"), Permission.BILLING_VIEW, queries.paid_visits)
    )
    registries.add_standing("bills", person.rederive)
    registries.add_objection("bills", person.objections)
    registries.add_history("billing.Invoice", Permission.BILLING_VIEW)
    for label in ("Payment", "Refund", "StoredValue", "Note"):
        registries.add_history(f"billing.{label}", Permission.BILLING_VIEW)


def _in_settings() -> None:
    registries.add_setting(
        registries.Setting(
            55, gettext_lazy("Billing"), gettext_lazy("Days to pay, dating back, points, gift cards, links"),
            "billing-rules", "receipt-indian-rupee", Permission.SETTINGS_CONFIGURE,
        )
    )  # fmt: skip
    registries.add_setting(
        registries.Setting(
            57, gettext_lazy("Closing the books"), gettext_lazy("Up to which day no invoice changes any more"),
            "period-close", "lock", Permission.BILLING_LOCK,
        )
    )  # fmt: skip


def search(user: User, words: str) -> Iterator[registries.Found]:
    """By any part of the number."""
    found = Invoice.objects.visible_to(user).exclude(number="").numbered(words).select_related("customer")
    for invoice in found.order_by("-issued_at")[: queries.ENOUGH]:
        due = _("%(due)s due") % {"due": money.rupees(invoice.due)} if invoice.due else _("paid")
        due = _("cancelled") if invoice.is_cancelled else due
        yield registries.Found(
            kind=_("Invoices"),
            title=invoice.number,
            detail=f"{invoice.customer.full_name} · {money.rupees(invoice.total)} · {due}",
            url=invoice.get_absolute_url(),
            customer=invoice.customer,
        )
