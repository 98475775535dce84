"""One visit, and what can be done with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from appointments import domain, queries
from appointments.forms import CancelForm, NoteForm
from appointments.models import Appointment
from appointments.panels import dress
from appointments.views.actions import OTHERS, STEPS, next_step, possible
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer
from packages.models import Session

LATEST = 8  # visits in the panel of the customer's page
PER_PAGE = 50


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = domain.confirm(by=request.user, appointment=_visible(request, pk))
    return _done(request, visit, _("The visit of %(name)s is confirmed."))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def check_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = domain.check_in(by=request.user, appointment=_visible(request, pk))
    return _done(request, visit, _("%(name)s is checked in."))


@requires(Permission.VISITS_COMPLETE)
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = domain.start(by=request.user, appointment=_visible(request, pk))
    return _done(request, visit, _("The visit of %(name)s has begun."))


@requires(Permission.VISITS_COMPLETE)
@require_POST
@once
def complete(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = _visible(request, pk)
    form = NoteForm(typed(request.POST))
    if not form.is_valid():
        return _page(request, visit, note_form=form, status=422)
    try:
        visit = domain.complete(by=request.user, appointment=visit, note=form.cleaned_data["note"])
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _page(request, _visible(request, pk), note_form=form, status=422)
    return _done(request, visit, _("The visit of %(name)s is completed."))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
@once
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = _visible(request, pk)
    form = CancelForm(typed(request.POST))
    if not form.is_valid():
        return _page(request, visit, cancel_form=form, status=422)
    try:
        visit = domain.cancel(by=request.user, appointment=visit, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _page(request, _visible(request, pk), cancel_form=form, status=422)
    return _done(request, visit, _("The visit of %(name)s is cancelled."))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def mark_no_show(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = domain.mark_no_show(by=request.user, appointment=_visible(request, pk))
    return _done(request, visit, _("The visit of %(name)s is marked as missed."))


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def of_customer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A customer's visits: a panel of their page, and a page of its own with all of them."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    visits = queries.of_customer(customer.pk, user=request.user)
    page = Paginator(visits, LATEST if request.htmx else PER_PAGE).get_page(request.GET.get("page"))
    for visit in page:
        dress(visit)
    context = {"customer": customer, "page": page}
    fragments = {"customer-appointments": "panel"}
    return reply(request, "appointments/of_customer.html", context, fragments=fragments)


def _visible(request: HttpRequest, pk: UUID) -> Appointment:
    visits = queries.with_sessions(Appointment.objects.visible_to(request.user))
    rows = visits.select_related("branch", "customer", "treatment", "practitioner__resource", "booked_by")
    return get_object_or_404(rows, pk=pk)


def _done(request: HttpRequest, visit: Appointment, sentence: str) -> HttpResponse:
    """Back to the visit; a list that asked by HTMX gets the line it holds."""
    said = sentence % {"name": visit.customer.full_name}
    if (request.htmx.target or "").startswith("visit-"):
        visit = dress(_visible(request, visit.pk))
        visit.time = f"{timezone.localtime(visit.starts_at):%H:%M}"
        visit.step = next_step(request.user, visit)
        return render(request, "appointments/_row.html", {"visit": visit, "said": said})
    messages.success(request, said)
    return go(request, "appointment-detail", visit.pk)


def _page(
    request: HttpRequest,
    visit: Appointment,
    *,
    note_form: NoteForm | None = None,
    cancel_form: CancelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    steps, others = possible(request.user, visit, STEPS), possible(request.user, visit, OTHERS)
    session = queries.session_of(visit)
    done = visit.status == Appointment.Status.COMPLETED
    today = timezone.localdate()
    context: dict[str, Any] = {
        "visit": dress(visit),
        "customer": visit.customer,
        "steps": [step for step in steps if step["verb"] != "complete"],
        "complete": next((step for step in steps if step["verb"] == "complete"), None),
        "others": [other for other in others if other["verb"] != "cancel"],
        "cancel": next((other for other in others if other["verb"] == "cancel"), None),
        "note_form": note_form or NoteForm(),
        "cancel_form": cancel_form or CancelForm(),
        "session": session,
        "dots": _dots(session) if session else [],
        "resources": visit.holds.filter(released_at=None)
        .exclude(resource__kind="practitioner")
        .select_related("resource"),
        "uses": [] if done else queries.consumables_of(visit, today),
        "used": queries.used_in(visit) if done else [],
        "history": queries.history_of(visit),
    }
    return render(request, "appointments/detail.html", context, status=status)


def _dots(session: Session) -> list[str]:
    """Each session of the package: done, this one, booked for another visit, or to come."""
    names = {Session.Status.COMPLETED: "done", Session.Status.RESERVED: "booked", Session.Status.PENDING: ""}
    return [
        "next" if one.pk == session.pk and one.status != Session.Status.COMPLETED else names[one.status]
        for one in session.enrolment.sessions.all()
    ]
