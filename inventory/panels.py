"""What stock adds to shared pages: the menu, the search, a proof."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic import registries
from clinic.permissions import Permission
from inventory import proofs
from inventory.models import Item
from staff.models import User


def register() -> None:
    registries.add_menu(
        registries.MenuEntry(
            50, _("Inventory"), "item-list", "flask-conical", Permission.INVENTORY_VIEW, desk=True
        )
    )
    registries.add_search("items", registries.SearchProvider(Permission.INVENTORY_VIEW, find))
    registries.add_proof("stock balances", proofs.unkept_balances)
    registries.add_proof("running balances", proofs.broken_chains)
    registries.add_proof("stock adjustments", proofs.unmade_adjustments)
    registries.add_proof("stock counts", proofs.untied_counts)
    registries.add_proof("stock transfers", proofs.untied_transfers)
    registries.add_proof("expired stock", proofs.sold_when_it_must_not)


def find(user: User, words: str) -> Iterator[registries.Found]:
    for item in Item.objects.visible_to(user).active().matching(words)[:10]:
        detail = " · ".join(part for part in (item.get_category_display(), item.sku) if part)
        yield registries.Found(_("Items"), item.name, detail, reverse("item-detail", args=[item.pk]))
