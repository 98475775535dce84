"""The administrator's door to the treatment menu and the plans."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Q, QuerySet, TextField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic import locks
from clinic.admin_site import BranchPriceInline, CatalogueAdmin, ClinicInline
from clinic.models import Resource
from inventory.models import Item
from packages.models import (
    Consumable,
    Parameter,
    Performer,
    Plan,
    PlanPart,
    PlanPrice,
    Requirement,
    Treatment,
    TreatmentPrice,
    TreatmentResource,
)
from staff.models import Practitioner


class ConsumableInline(ClinicInline):
    model = Consumable

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "item":
            kwargs["queryset"] = Item.objects.visible_to(request.user).active()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class AtBranch(forms.ModelChoiceField):
    """Two branches may have a "Room 1" each, and one doctor may treat at both."""

    def label_from_instance(self, obj: Any) -> str:
        branch = obj.resource.branch if isinstance(obj, Practitioner) else obj.branch
        return f"{obj}, {branch.trade_name}"


class TreatmentResourceInline(ClinicInline):
    """Those of the branches the administrator sees; of others the rows stay as they are."""

    model = TreatmentResource
    verbose_name_plural = _("rooms and devices needed: of several of one kind, whichever is free is held")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TreatmentResource]:
        return super().get_queryset(request).filter(resource__branch__in=request.user.branches)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "resource":
            usable = Q(is_active=True) | Q(pk__in=TreatmentResource.objects.values("resource"))
            here = Resource.objects.filter(usable, branch__in=request.user.branches)
            kwargs["queryset"] = here.exclude(kind=Resource.Kind.PRACTITIONER).select_related("branch")
            kwargs["form_class"] = AtBranch
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PerformerInline(ClinicInline):
    """As with rooms; who has left stays in the list while somebody's treatment still names them."""

    model = Performer
    verbose_name = _("practitioner")
    verbose_name_plural = _("who may give it: nobody named is everybody, at every branch")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Performer]:
        return super().get_queryset(request).filter(practitioner__resource__branch__in=request.user.branches)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "practitioner":
            works = Q(pk__in=Practitioner.objects.active()) | Q(
                pk__in=Performer.objects.values("practitioner")
            )
            here = Practitioner.objects.filter(works, resource__branch__in=request.user.branches)
            kwargs["queryset"] = here.select_related("resource__branch")
            kwargs["form_class"] = AtBranch
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TreatmentPriceInline(BranchPriceInline):
    model = TreatmentPrice


class PlanPriceInline(BranchPriceInline):
    model = PlanPrice


class RequirementInline(ClinicInline):
    model = Requirement
    verbose_name = _("patch test or consent")
    fields = ["kind", "name", "wait_hours", "valid_days", "is_active"]
    verbose_name_plural = _(
        "needed before booking: a patch test or a consent, recorded on the customer's page; without days it is valid for"
        " good"
    )


class ParameterInline(ClinicInline):
    model = Parameter
    fields = ["position", "name", "kind", "unit", "choices", "is_required", "is_active"]
    verbose_name_plural = _("session parameters: what is noted of each session, in this order")
    formfield_overrides = {TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 20})}}


@admin.register(Treatment)
class TreatmentAdmin(CatalogueAdmin):
    list_display = ["name", "category", "price", "minutes", "tax_category", "is_active"]
    list_filter = ["is_active", "category"]
    list_select_related = ["tax_category"]
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "category", "price", "price_includes_tax", "tax_category", "is_active"]}),
        (
            _("Calendar"),
            {
                "fields": ["minutes", "minutes_before", "minutes_after", "min_interval_days"],
                "description": _(
                    "Who and what the visit needs stay taken while it is prepared and cleaned up. Where a room, a device or"
                    " a shift asks for longer, the longer time counts. The days between two sessions are those of one"
                    " customer; empty: none."
                ),
            },
        ),
    ]
    inlines = [
        TreatmentPriceInline,
        PerformerInline,
        TreatmentResourceInline,
        RequirementInline,
        ParameterInline,
        ConsumableInline,
    ]
    refusals = {"treatment_name_once": _("There is already a treatment of that name.")}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "tax_category": request.user.branch.default_tax_category_id
        } | super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, obj: Treatment, form: Any, change: bool) -> None:
        """Every booking reads the treatment under the lock of its practitioner: so it changes under all of theirs."""
        if change:
            who = Resource.objects.filter(kind=Resource.Kind.PRACTITIONER)
            locks.lock_resources(
                who.filter(branch__organisation=obj.organisation_id).values_list("pk", flat=True)
            )
        super().save_model(request, obj, form, change)


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
    inlines = [PlanPriceInline, PlanPartInline]
    refusals = {"plan_name_once": _("There is already a package of that name.")}

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "treatment":
            kwargs["queryset"] = Treatment.objects.visible_to(request.user).active()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
