"""Booking the remaining sessions of a package at once: a plan, a list of dates to settle, then all of them or none."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from appointments import domain
from appointments.forms.series import Plan, SeriesForm
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from packages.models import Enrolment, Session

FRAGMENTS = {"dates": "dates"}


@requires(Permission.APPOINTMENTS_CREATE)
@require_http_methods(["GET", "POST"])
@once
def series(request: HttpRequest) -> HttpResponse:
    """`?package=` names the enrolment. Nothing is saved until each date has a time or is left out."""
    sent = typed(request.POST if request.method == "POST" else request.GET)
    enrolment = _enrolment(request, sent.get("package", ""))
    sessions = list(enrolment.sessions.filter(status=Session.Status.PENDING).order_by("number"))
    if not sessions:
        return _page(request, SeriesForm(enrolment=enrolment, sessions=[], user=request.user))
    data = sent if "first" in sent else None
    form = SeriesForm(data, enrolment=enrolment, sessions=sessions, user=request.user)
    if data is None:
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422 if request.method == "POST" else 200)
    plan = form.plan()
    if request.method == "GET" or "propose" in sent:
        return _page(request, form, plan)
    unsettled = _why_unsettled(form, plan)
    if unsettled:
        form.add_error(None, unsettled)
        return _page(request, form, plan, status=422)
    return _save(request, form, plan)


def _why_unsettled(form: SeriesForm, plan: Plan) -> str:
    if not form.is_seen:
        return _("Look at the dates before they are booked.")
    if plan.open:
        return _("Choose a time for each date, or leave it out.")
    return "" if plan.starts else _("Every date is left out.")


def _save(request: HttpRequest, form: SeriesForm, plan: Plan) -> HttpResponse:
    starts = plan.starts
    dates = [
        domain.SeriesDate(at, form.giver, session) for at, session in zip(starts, form.sessions, strict=False)
    ]
    try:
        visits = domain.book_series(
            by=request.user,
            branch=request.branch,
            customer=form.enrolment.customer,
            treatment=form.enrolment.plan.treatment,
            dates=dates,
            note=form.cleaned_data["note"],
            despite_overlap=form.cleaned_data["despite_overlap"],
        )
    except Refusal as refusal:
        if refusal.field == "dates" and refusal.offers:
            plan.mark(refusal.offers)
            form.add_error(
                None, _("Not all of these dates can be had. Nothing is booked yet: settle those marked.")
            )
        else:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _page(request, form, plan, status=422)
    said = ngettext(
        "%(count)s visit is booked for %(name)s.", "%(count)s visits are booked for %(name)s.", len(visits)
    )
    messages.success(request, said % {"count": len(visits), "name": form.enrolment.customer.full_name})
    return go(request, reverse("customer-detail", args=[form.enrolment.customer_id]))


def _enrolment(request: HttpRequest, key: str) -> Enrolment:
    try:
        pk = UUID(key)
    except ValueError:
        raise Http404 from None
    mine = Enrolment.objects.visible_to(request.user).active()
    return get_object_or_404(mine.select_related("customer", "plan__treatment", "branch"), pk=pk)


def _page(
    request: HttpRequest, form: SeriesForm, plan: Plan | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "plan": plan,
        "enrolment": form.enrolment,
        "customer": form.enrolment.customer,
        "left": len(form.sessions),
    }
    return reply(request, "appointments/series.html", context, fragments=FRAGMENTS, status=status)
