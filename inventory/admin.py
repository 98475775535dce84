"""The administrator's door to items, suppliers and batches."""

from django.contrib import admin
from django.http import HttpRequest

from clinic.admin_site import BranchPriceInline, CatalogueAdmin, ClinicAdmin
from inventory.models import Batch, Item, ItemPrice, Supplier


class ItemPriceInline(BranchPriceInline):
    model = ItemPrice


@admin.register(Item)
class ItemAdmin(CatalogueAdmin):
    list_display = ["name", "category", "price", "mrp", "tax_category", "reorder_level", "is_active"]
    list_filter = ["is_active", "category"]
    search_fields = ["name", "sku", "barcode"]
    list_select_related = ["tax_category"]
    fields = [
        "name", "category", "is_active", "price", "price_includes_tax", "mrp", "tax_category", "hsn", "uqc",
        "reorder_level", "maximum_level", "sku", "barcode", "use", "base_unit", "is_divisible", "pack_unit",
        "units_per_pack", "tracks_expiry", "storage", "manufacturer", "generic_name", "composition", "form",
        "strength", "needs_prescription", "is_controlled",
    ]  # fmt: skip
    inlines = [ItemPriceInline]


@admin.register(Supplier)
class SupplierAdmin(CatalogueAdmin):
    list_display = ["name", "phone", "gstin", "is_active"]
    search_fields = ["name", "gstin"]
    fields = [
        "name", "contact", "phone", "email", "gstin", "state", "address", "city", "postal_code", "terms", "lead_days",
        "rating", "is_active",
    ]  # fmt: skip


@admin.register(Batch)
class BatchAdmin(ClinicAdmin):
    """Batches come into being with goods; here one is recalled by making it inactive."""

    list_display = ["number", "item", "expires_on", "supplier", "is_active"]
    list_filter = ["is_active", "expires_on"]
    list_select_related = ["item", "supplier"]
    search_fields = ["number", "item__name"]
    fields = ["item", "number", "expires_on", "supplier", "unit_cost", "is_active"]
    readonly_fields = ["item", "number", "expires_on", "supplier", "unit_cost"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
