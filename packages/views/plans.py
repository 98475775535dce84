"""The packages we sell: the list, a new one, a change, and what earlier editions were."""

import datetime
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

from clinic import prices
from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from customers.models import Customer
from packages import domain, queries
from packages.forms import PlanForm, PlanPartForms
from packages.models import Enrolment, Plan

PAGE = 50
SORT_NAMES = [
    ("name", gettext_lazy("Name")),
    ("price", gettext_lazy("Lowest price")),
    ("sold", gettext_lazy("Most sold")),
]


@requires(Permission.PACKAGES_VIEW)
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """What is sold; with ?customer= the sale is for them."""
    asked = {name: searched(request.GET, name) for name in ("q", "sort", "show")}
    plans = Plan.objects.visible_to(request.user)
    plans = plans.filter(is_active=False) if asked["show"] == "ended" else plans.active()
    found = queries.plans(plans, asked["q"], asked["sort"], request.branch, _today(request))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "customer": _customer(request), "sorts": SORT_NAMES, **asked}
    return reply(request, "packages/plans.html", context)


@requires(Permission.PACKAGES_VIEW)
@require_safe
def plan_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The terms of today, and those that earlier enrolments keep."""
    plan = _visible(request, pk)
    parts = list(plan.parts.select_related("treatment"))
    context = {
        "plan": plan,
        "price": prices.price_at(plan, request.branch, _today(request)),
        "terms": queries.labelled(plan.terms(parts)),
        "sold": Enrolment.objects.visible_to(request.user).filter(plan=plan).count(),
        "editions": queries.editions(plan),
    }
    return reply(request, "packages/plan.html", context)


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def create_plan(request: HttpRequest) -> HttpResponse:
    data = typed(request.POST) if request.method == "POST" else None
    form, parts = PlanForm(data, user=request.user), PlanPartForms(data, user=request.user)
    if request.method == "GET" or not (form.is_valid() & parts.is_valid()):
        return _form(request, form, parts)
    try:
        plan = domain.create_plan(
            by=request.user, organisation=request.branch.organisation, parts=parts.given, **form.given
        )
    except Refusal as refusal:
        return _refused(request, form, parts, refusal)
    messages.success(request, _("%(name)s is on sale.") % {"name": plan.name})
    return go(request, "plan-detail", plan.pk)


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def change_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    plan = _visible(request, pk)
    data = typed(request.POST) if request.method == "POST" else None
    form = PlanForm(data, instance=_visible(request, pk), user=request.user)
    parts = PlanPartForms(data, user=request.user, plan=plan)
    if request.method == "GET" or not (form.is_valid() & parts.is_valid()):
        return _form(request, form, parts, plan)
    try:
        changed = domain.change_plan(
            by=request.user, plan=plan, version=form.cleaned_data["version"], parts=parts.given, **form.given
        )
    except Refusal as refusal:
        return _refused(request, form, parts, refusal, plan)
    if changed.edition > plan.edition:
        sentence = _("%(name)s is saved as edition %(edition)s. What was sold before keeps its terms.")
    else:
        sentence = _("%(name)s is saved.")
    messages.success(request, sentence % {"name": changed.name, "edition": changed.edition})
    return go(request, "plan-detail", pk)


def _today(request: HttpRequest) -> datetime.date:
    return timezone.localdate(timezone=request.branch.zone)


def _visible(request: HttpRequest, pk: UUID) -> Plan:
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related("treatment"), pk=pk)


def _form(
    request: HttpRequest, form: PlanForm, parts: PlanPartForms, plan: Plan | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "parts": parts, "plan": plan}
    return render(request, "packages/plan_form.html", context, status=422 if form.is_bound else 200)


def _refused(
    request: HttpRequest, form: PlanForm, parts: PlanPartForms, refusal: Refusal, plan: Plan | None = None
) -> HttpResponse:
    """Beside its field; after somebody else's change the form carries the new version, so that saving again is meant."""
    if isinstance(refusal, Stale) and plan:
        form.data = form.data.copy()
        plan = _visible(request, plan.pk)
        form.data["version"] = str(plan.version)
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return _form(request, form, parts, plan)


def _customer(request: HttpRequest) -> Customer | None:
    try:
        chosen = UUID(request.GET.get("customer", ""))
    except ValueError:
        return None
    return Customer.objects.visible_to(request.user).filter(pk=chosen).first()
