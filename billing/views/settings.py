"""What a branch decides about billing, and until when its books are closed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing import domain
from billing.deciding import BillingRulesForm, ClosePeriodForm, OpenPeriodForm
from billing.models import PeriodLock
from clinic import registries
from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def billing_rules(request: HttpRequest) -> HttpResponse:
    """The rules of the branch worked at."""
    form = BillingRulesForm(typed(request.POST) if request.method == "POST" else None, branch=request.branch)
    if form.is_bound and form.is_valid() and _changed(request, form):
        messages.success(request, _("Saved; it counts from now on."))
        return redirect("billing-rules")
    return _page(request, "billing-rules", "billing/rules.html", {"form": form}, form)


def _changed(request: HttpRequest, form: BillingRulesForm) -> bool:
    try:
        domain.change_billing_rules(by=request.user, branch=request.branch, **form.cleaned_data)
    except Stale as stale:
        form.data = form.data.copy()
        form.data["version"] = str(BillingRulesForm(branch=request.branch).seen)
        form.add_error(None, stale.message)
        return False
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return False
    return True


@requires(Permission.BILLING_LOCK)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def close_period(request: HttpRequest) -> HttpResponse:
    """Close the books of the branch's registration up to a day."""
    form = ClosePeriodForm(typed(request.POST) if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            domain.close_period(by=request.user, branch=request.branch, **form.cleaned_data)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("The books are closed."))
            return redirect("period-close")
    return _books(request, form, OpenPeriodForm(), form)


@requires(Permission.BILLING_LOCK)
@require_http_methods(["POST"])
@once
def open_period(request: HttpRequest) -> HttpResponse:
    """Open closed books again."""
    form = OpenPeriodForm(typed(request.POST))
    if form.is_valid():
        try:
            domain.open_period(by=request.user, branch=request.branch, **form.cleaned_data)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("The books are open again."))
            return redirect("period-close")
    return _books(request, ClosePeriodForm(), form, form)


def _books(
    request: HttpRequest, closing: ClosePeriodForm, opening: OpenPeriodForm, sent: forms.Form
) -> HttpResponse:
    registration = request.branch.registration
    context = {
        "form": closing,
        "opening": opening,
        "registration": registration,
        "closed_until": PeriodLock.closed_until(registration),
        "history": registration.period_locks.select_related("by")[:20],
    }
    return _page(request, "period-close", "billing/period.html", context, sent)


def _page(
    request: HttpRequest, name: str, template: str, context: dict[str, Any], sent: forms.BaseForm
) -> HttpResponse:
    settings = registries.settings_for(request.user)
    here = next(one for one in settings if one.url_name == name)
    context |= {"settings": settings, "here": here}
    return render(request, template, context, status=422 if sent.is_bound else 200)
