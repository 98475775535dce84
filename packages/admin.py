"""The administrator's door to the treatment menu and the plans."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.admin_site import CatalogueAdmin, ClinicInline
from clinic.models import Resource
from inventory.models import Item
from packages.models import Consumable, Plan, PlanPart, Treatment, TreatmentResource


class ConsumableInline(ClinicInline):
    model = Consumable

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "item":
            kwargs["queryset"] = Item.objects.visible_to(request.user).active()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TreatmentResourceInline(ClinicInline):
    model = TreatmentResource

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "resource":
            kwargs["queryset"] = Resource.objects.filter(branch__in=request.user.branches, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Treatment)
class TreatmentAdmin(CatalogueAdmin):
    list_display = ["name", "category", "price", "minutes", "tax_category", "is_active"]
    list_filter = ["is_active", "category"]
    list_select_related = ["tax_category"]
    search_fields = ["name"]
    fields = ["name", "category", "price", "price_includes_tax", "minutes", "tax_category", "is_active"]
    inlines = [ConsumableInline, TreatmentResourceInline]
    refusals = {"treatment_name_once": _("There is already a treatment of that name.")}


class PlanPartInline(ClinicInline):
    model = PlanPart


@admin.register(Plan)
class PlanAdmin(CatalogueAdmin):
    list_display = ["name", "treatment", "session_count", "price", "valid_days", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["treatment"]
    search_fields = ["name"]
    fields = [
        "name", "description", "treatment", "session_count", "price", "price_includes_tax", "valid_days", "is_active",
    ]  # fmt: skip
    inlines = [PlanPartInline]
    refusals = {"plan_name_once": _("There is already a package of that name.")}

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "treatment":
            kwargs["queryset"] = Treatment.objects.visible_to(request.user).active()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
