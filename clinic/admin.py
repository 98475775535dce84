"""The administrator's door to the house itself: organisation, registrations, branches, rooms, taxes."""

from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic import addresses, locks, phones
from clinic.admin_site import ClinicAdmin, ClinicInline, NamedFormSet
from clinic.models import (
    Branch,
    BranchHours,
    Holiday,
    Organisation,
    OutOfService,
    Registration,
    Resource,
    Series,
    SeriesYear,
    TaxCategory,
    TaxRule,
)


@admin.register(Organisation)
class OrganisationAdmin(ClinicAdmin):
    fields = ["name"]
    search_fields = ["name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        branch = request.user.branch
        return super().get_queryset(request).filter(pk=branch.organisation_id if branch else None)


@admin.register(Registration)
class RegistrationAdmin(ClinicAdmin):
    """A registration that documents were issued under stays as it is; a changed one is added beside it."""

    list_display = ["__str__", "scheme", "state", "valid_from", "valid_to"]
    list_filter = ["scheme"]
    search_fields = ["gstin"]
    fields = ["scheme", "gstin", "state", "valid_from", "valid_to"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        used = obj is not None and SeriesYear.objects.filter(registration=obj, last_number__gt=0).exists()
        return ["scheme", "gstin", "state", "valid_from"] if used else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        branch = request.user.branch
        return super().get_queryset(request).filter(organisation=branch.organisation_id if branch else None)

    def save_model(self, request: HttpRequest, obj: Registration, form: Any, change: bool) -> None:
        if not change:
            obj.organisation_id = request.user.branch.organisation_id
        super().save_model(request, obj, form, change)


class BranchForm(forms.ModelForm):
    phone = forms.CharField(label=_("Phone"), max_length=60)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    def clean_phone(self) -> str:
        return _cleaned(phones.parse, self.cleaned_data["phone"])

    def clean_postal_code(self) -> str:
        return _cleaned(addresses.pin_code, self.cleaned_data["postal_code"])


def _cleaned(check: Any, typed: str) -> str:
    try:
        return check(typed)
    except ValueError as problem:
        raise forms.ValidationError(str(problem)) from None


class HoursInline(ClinicInline):
    model = BranchHours


class HolidayInline(ClinicInline):
    model = Holiday
    classes = ["collapse"]


class SeriesInline(ClinicInline):
    """How documents are numbered. A new prefix counts from the next financial year or the next registration."""

    model = Series
    fields = ["kind", "prefix"]


@admin.register(Branch)
class BranchAdmin(ClinicAdmin):
    form = BranchForm
    list_display = ["trade_name", "code", "city", "registration", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["registration"]
    search_fields = ["trade_name", "legal_name", "code", "city"]
    inlines = [HoursInline, HolidayInline, SeriesInline]
    fieldsets = [
        (None, {"fields": ["trade_name", "legal_name", "tagline", "code", "registration", "is_active"]}),
        (_("Address"), {"fields": ["address", "city", "postal_code", "state", "phone", "email", "website"]}),
        (
            _("Documents"),
            {"fields": ["invoice_footer", "upi_id", "logo", "registration_number", "round_to_rupee"]},
        ),
        (
            _("Calendar"),
            {
                "fields": [
                    "slot_minutes",
                    "buffer_minutes",
                    "allows_walk_ins",
                    "allows_emergencies",
                    "consultation_fee",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Branch]:
        """Those of the organisation where this person administers; closed ones too, to open them again."""
        branch = request.user.branch
        found = super().get_queryset(request).filter(organisation=branch.organisation_id if branch else None)
        return (
            found
            if request.user.is_everywhere
            else found.filter(pk__in=[b.pk for b in request.user.branches])
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.is_everywhere

    def formfield_for_foreignkey(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "registration":
            kwargs["queryset"] = Registration.objects.filter(organisation=request.user.branch.organisation_id)
        return super().formfield_for_foreignkey(field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Branch, form: Any, change: bool) -> None:
        """Whoever books reads hours under the lock of its resources: so they change under it too."""
        if not change:
            obj.organisation_id = request.user.branch.organisation_id
        else:
            locks.lock_resources(Resource.objects.filter(branch=obj).values_list("pk", flat=True))
        super().save_model(request, obj, form, change)


class OutOfServiceFormSet(NamedFormSet):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        rows = sorted(
            (form.instance for form in self.forms if form.instance.starts_at), key=lambda row: row.starts_at
        )
        for one, later in pairwise(rows):
            if one.ends_at is None or later.starts_at < one.ends_at:
                raise forms.ValidationError(_("It is out of service twice at a time; end the first one."))


class OutOfServiceInline(ClinicInline):
    """When it could not or can't be used; the visits this hits are moved in the calendar, under Availability."""

    model = OutOfService
    formset = OutOfServiceFormSet
    fields = ["starts_at", "ends_at", "reason"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Resource)
class ResourceAdmin(ClinicAdmin):
    """Rooms and devices; a practitioner's resource comes with the practitioner."""

    list_display = ["name", "kind", "branch", "minutes_before", "minutes_after", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["branch"]
    search_fields = ["name"]
    fields = ["branch", "kind", "name", "minutes_before", "minutes_after", "is_active"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resource]:
        return super().get_queryset(request).filter(branch__in=request.user.branches)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["branch", "kind"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [OutOfServiceInline] if obj and obj.kind != Resource.Kind.PRACTITIONER else []

    def formfield_for_foreignkey(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "branch":
            kwargs["queryset"] = Branch.objects.filter(pk__in=[branch.pk for branch in request.user.branches])
            kwargs["initial"] = request.user.branch_id
        return super().formfield_for_foreignkey(field, request, **kwargs)

    def formfield_for_choice_field(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "kind":
            kwargs["choices"] = [c for c in Resource.Kind.choices if c[0] != Resource.Kind.PRACTITIONER]
        return super().formfield_for_choice_field(field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Resource, form: Any, change: bool) -> None:
        if change:
            locks.lock_resources([obj.pk])
        super().save_model(request, obj, form, change)


class RuleInline(ClinicInline):
    """Rules there are: one that bills were made under is never rewritten, it only ends."""

    model = TaxRule
    verbose_name_plural = _("rules; to change a rate, end the old rule and add a new one from that day")
    fields = [
        "valid_from",
        "valid_to",
        "treatment",
        "rate",
        "cess_rate",
        "credit_barred",
        "source",
        "confirmed_by",
    ]
    readonly_fields = [
        "valid_from",
        "treatment",
        "rate",
        "cess_rate",
        "credit_barred",
        "source",
        "confirmed_by",
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj)

    has_view_permission = has_change_permission


class NewRuleFormSet(NamedFormSet):
    def get_queryset(self) -> QuerySet[TaxRule]:
        return TaxRule.objects.none()


class NewRuleInline(ClinicInline):
    model = TaxRule
    formset = NewRuleFormSet
    extra = 0
    verbose_name_plural = _("new rules")
    verbose_name = _("new rule")
    fields = ["valid_from", "valid_to", "treatment", "rate", "cess_rate", "credit_barred", "source"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj)


@admin.register(TaxCategory)
class TaxCategoryAdmin(ClinicAdmin):
    list_display = ["name", "code", "supply", "hsn"]
    search_fields = ["name", "code", "hsn"]
    fields = ["name", "code", "supply", "hsn", "uqc"]
    inlines = [RuleInline, NewRuleInline]
    refusals = {
        "taxrule_dates_do_not_overlap": _(
            "Two rules of this category would hold on the same day. End the old one on the day the new one begins."
        ),
    }

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "supply"] if obj else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Who adds a rule has decided it."""
        for rule in formset.save(commit=False):
            if rule._state.adding:
                rule.confirmed_by, rule.confirmed_on = request.user.full_name[:100], timezone.localdate()
            rule.save()
