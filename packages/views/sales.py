"""Selling a package at the desk."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from packages import domain, queries
from packages.forms import SaleForm
from packages.models import Plan


@requires(Permission.PACKAGES_ENROL)
@require_http_methods(["GET", "POST"])
@once
def sell(request: HttpRequest) -> HttpResponse:
    """Who, what, with which add-ons, and what it comes to. What is paid per session is enrolled here; what is paid
    before it begins through its invoice, to which the form's button leads with the same fields."""
    form = SaleForm(typed(request.POST if request.method == "POST" else request.GET), user=request.user)
    if request.method == "GET" or not form.is_valid():
        return _shown(request, form)
    plan = form.cleaned_data["plan"]
    if plan.payment != Plan.Payment.PER_SESSION:
        form.add_error("plan", _("This package is paid before it begins: sell it by an invoice."))
        return _shown(request, form)
    add_ons = list(form.cleaned_data["add_ons"])
    today = timezone.localdate(timezone=request.branch.zone)
    try:
        enrolment = domain.enrol(
            by=request.user,
            branch=request.branch,
            customer=form.cleaned_data["customer"],
            plan=plan,
            value=queries.quote(plan, add_ons, request.branch, today).value,
            on=today,
            add_ons=add_ons,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _shown(request, form)
    sentence = _("%(name)s has %(plan)s now.")
    messages.success(request, sentence % {"name": enrolment.customer.full_name, "plan": enrolment.plan_name})
    return go(request, "enrolment-detail", enrolment.pk)


def _shown(request: HttpRequest, form: SaleForm) -> HttpResponse:
    """The whole form; when a plan or a person is chosen anew, what follows from it. Add-ons and price keep in step."""
    plan = form.chosen("plan")
    today = timezone.localdate(timezone=request.branch.zone)
    add_ons = form.chosen_add_ons()
    quote = queries.quote(plan, add_ons, request.branch, today) if plan else None
    sent = request.method == "POST"
    context: dict[str, Any] = {
        "form": form,
        "sent": sent,
        "quote": quote,
        "ticked": [part.pk for part in add_ons],
        "customer": form.chosen("customer"),
        "here": reverse("package-sell", query={"plan": plan.pk} if plan else None),
    }
    fragments = {"sale": "sale"}
    return reply(request, "packages/sell.html", context, fragments=fragments, status=422 if sent else 200)
