"""Departments of the branch worked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.admin_site import ClinicAdmin
from staff import domain
from staff.domain.departments import FIELDS
from staff.models import Department, Practitioner


@admin.register(Department)
class DepartmentAdmin(ClinicAdmin):
    """Who belongs to one is chosen on the practitioner, or on the settings page."""

    list_display = ["name", "code", "head", "position", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["head__resource"]
    search_fields = ["name", "code"]
    fields = ["name", "code", "description", "head", "position", "is_active"]
    refusals = {"department_name_once": _("There is a department of that name already.")}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.branch is not None

    def formfield_for_foreignkey(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "head":
            kwargs["queryset"] = Practitioner.objects.visible_to(request.user).select_related("resource")
        return super().formfield_for_foreignkey(field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in FIELDS}
        if change:
            members = Practitioner.objects.filter(department=obj).select_related("resource")
            version = form.cleaned_data["version"]
            domain.change_department(
                by=request.user, department=obj, version=version, members=members, **given
            )
            return
        added = domain.open_department(by=request.user, branch=request.user.branch, **given)
        obj.pk, obj.branch, obj._state.adding = added.pk, added.branch, False
