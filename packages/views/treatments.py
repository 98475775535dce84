"""The menu: what we offer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from packages import domain, queries
from packages.forms import TreatmentForm, row_forms
from packages.models import Treatment

PAGE = 50
SORT_NAMES = [
    ("name", gettext_lazy("Name")),
    ("price", gettext_lazy("Lowest price")),
    ("minutes", gettext_lazy("Shortest")),
]


@requires(Permission.PACKAGES_VIEW)
@require_safe
def treatment_list(request: HttpRequest) -> HttpResponse:
    asked = {name: searched(request.GET, name) for name in ("q", "category", "sort", "show")}
    today = timezone.localdate(timezone=request.branch.zone)
    menu = Treatment.objects.visible_to(request.user)
    menu = menu.filter(is_active=False) if asked["show"] == "ended" else menu.active()
    found = queries.menu(menu, request.branch, today)
    if asked["q"]:
        found = found.filter(name__icontains=asked["q"])
    if asked["category"]:
        found = found.filter(category=asked["category"])
    found = found.order_by(*queries.MENU_SORTS.get(asked["sort"], ["name", "pk"]))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return reply(
        request,
        "packages/treatments.html",
        {
            "page": page,
            "offers": [queries.offer(row, request.branch) for row in page],
            "categories": Treatment.Category.choices,
            "sorts": SORT_NAMES,
            **asked,
        },
    )


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def create_treatment(request: HttpRequest) -> HttpResponse:
    return _edited(request, None)


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def change_treatment(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _edited(request, get_object_or_404(Treatment.objects.visible_to(request.user), pk=pk))


def _edited(request: HttpRequest, treatment: Treatment | None) -> HttpResponse:
    data = typed(request.POST) if request.method == "POST" else None
    form = TreatmentForm(data, instance=treatment, user=request.user)
    rows = row_forms(data, user=request.user, treatment=form.instance)
    sent = all([form.is_valid(), *(each.is_valid() for each in rows.values())])
    if not sent:
        return _form(request, form, rows)
    try:
        saved = _save(request, form, rows, treatment)
    except Refusal as refusal:
        if isinstance(refusal, Stale) and treatment:
            form.data = form.data.copy()
            stored = get_object_or_404(Treatment.objects.visible_to(request.user), pk=treatment.pk)
            form.data["version"] = str(stored.version)
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _form(request, form, rows)
    messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
    return go(request, "treatment-list")


def _save(
    request: HttpRequest, form: TreatmentForm, rows: dict[str, Any], treatment: Treatment | None
) -> Treatment:
    written, dropped = form.chosen
    for each in rows.values():
        written += each.save(commit=False)
        dropped += each.deleted_objects
    if treatment is None:
        return domain.create_treatment(
            by=request.user, organisation=request.branch.organisation, kept=written, **form.given
        )
    return domain.change_treatment(
        by=request.user, treatment=treatment, version=form.cleaned_data["version"], kept=written, dropped=dropped,
        **form.given,
    )  # fmt: skip


def _form(request: HttpRequest, form: TreatmentForm, rows: dict[str, Any]) -> HttpResponse:
    stored = None if form.instance._state.adding else form.instance
    context = {"form": form, "rows": rows, "treatment": stored}
    return render(request, "packages/treatment_form.html", context, status=422 if form.is_bound else 200)
