"""What purchasing shows on shared pages: the menu, the search, proofs."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from clinic import money, registries
from clinic.permissions import Permission
from purchasing import proofs
from purchasing.models import Order, Receipt
from staff.models import User


def register() -> None:
    registries.add_menu(
        registries.MenuEntry(
            55, _("Purchasing"), "order-list", "truck", Permission.PURCHASING_VIEW, desk=True
        )
    )
    registries.add_setting(
        registries.Setting(
            60, _("Buying"), _("Approval of orders, tolerance, how long an order lasts"), "buying-rules", "truck",
            Permission.SETTINGS_CONFIGURE,
        )
    )  # fmt: skip
    registries.add_search("orders", registries.SearchProvider(Permission.PURCHASING_VIEW, find))
    registries.add_proof("purchasing", proofs.purchases)
    registries.add_proof("numbers of purchasing", proofs.numbers)


def find(user: User, words: str) -> Iterator[registries.Found]:
    """Orders and deliveries by any part of their number, deliveries by the supplier's invoice."""
    for order in (
        Order.objects.visible_to(user).filter(number__icontains=words).select_related("supplier")[:5]
    ):
        detail = f"{order.supplier} · {money.rupees(order.total)} · {order.get_status_display()}"
        yield registries.Found(_("Purchase orders"), order.number, detail, order.get_absolute_url())
    receipts = Receipt.objects.visible_to(user).exclude(number="").select_related("supplier")
    named = receipts.filter(number__icontains=words) | receipts.filter(invoice_number__iexact=words)
    for receipt in named[:5]:
        detail = f"{receipt.supplier} · {receipt.invoice_number} · {money.rupees(receipt.total)}"
        yield registries.Found(_("Goods receipts"), receipt.number, detail, receipt.get_absolute_url())
