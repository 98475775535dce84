"""Departments of the branch worked at: the list, a new one, one that is known."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clinic import registries
from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from staff import domain
from staff.house.departments.forms import DepartmentForm
from staff.house.forms import tell
from staff.models import Department

CONFIGURE = Permission.SETTINGS_CONFIGURE


@requires(CONFIGURE)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    rows = Department.objects.visible_to(request.user).select_related("head__resource")
    context = {"departments": rows.prefetch_related("practitioners__resource")}
    return _page(request, "department-list", context)


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    department = Department(branch=request.branch)
    form = DepartmentForm(
        typed(request.POST) if request.method == "POST" else None, user=request.user, department=department
    )
    if form.is_bound and form.is_valid():
        try:
            opened = domain.open_department(by=request.user, branch=request.branch, **form.given)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("%(name)s is there.") % {"name": opened})
            return redirect("department-list")
    return _page(request, "department-edit", {"form": form})


@requires(CONFIGURE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    department = get_object_or_404(Department.objects.visible_to(request.user), pk=pk)
    form = DepartmentForm(
        typed(request.POST) if request.method == "POST" else None, user=request.user, department=department
    )
    if form.is_bound and form.is_valid() and _saved(request, form):
        said = _("Saved; it counts from now on.")
        if not form.cleaned_data["is_active"]:
            said = _("%(name)s is hidden in booking; visits booked before stand.") % {"name": department}
        messages.success(request, said)
        return redirect("department-list")
    return _page(request, "department-edit", {"form": form, "department": department})


def _saved(request: HttpRequest, form: DepartmentForm) -> bool:
    version = form.cleaned_data["version"] or 0
    try:
        domain.change_department(by=request.user, department=form.instance, version=version, **form.given)
    except Stale as stale:
        form.add_error(None, stale.message)
        form.data = form.data.copy()
        form.instance.refresh_from_db(fields=["version"])
        form.data["version"] = str(form.instance.version)
        return False
    except Refusal as refusal:
        tell(form, refusal)
        return False
    return True


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    settings = registries.settings_for(request.user)
    here = next(one for one in settings if one.url_name == "department-list")
    form = context.get("form")
    status = 422 if form is not None and form.is_bound else 200
    return render(
        request, f"settings/{name}.html", context | {"settings": settings, "here": here}, status=status
    )
