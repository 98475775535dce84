"""The steps of a visit's life: what its buttons do."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appointments import domain
from appointments.forms.visit import CancelForm, CheckInForm
from appointments.models import Appointment
from appointments.panels import dress
from appointments.views.actions import next_step
from appointments.views.visit import Typed, page, visible
from clinic import registries
from clinic.audit.notes import reads
from clinic.forms import typed
from clinic.htmx import go
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = domain.confirm(by=request.user, appointment=visible(request, pk))
    return done(request, visit, _("The visit of %(name)s is confirmed."))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
@reads(Appointment, part=True)
def check_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = visible(request, pk)
    form = CheckInForm(typed(request.POST), auto_id="arrival-%s")
    if not form.is_valid():
        return page(request, visit, Typed(check_in_form=form), status=422)
    visit = domain.check_in(by=request.user, appointment=visit, **form.cleaned_data)
    return done(request, visit, _("%(name)s is checked in."))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def undo_check_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = domain.undo_check_in(by=request.user, appointment=visible(request, pk))
    return done(request, visit, _("The check-in of %(name)s is undone."))


@requires(Permission.VISITS_COMPLETE)
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = domain.start(by=request.user, appointment=visible(request, pk))
    return done(request, visit, _("The visit of %(name)s has begun."))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
@reads(Appointment, part=True)
@once
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = visible(request, pk)
    form = CancelForm(typed(request.POST), auto_id="cancel-%s")
    if not form.is_valid():
        return page(request, visit, Typed(cancel_form=form), status=422)
    try:
        visit = domain.cancel(by=request.user, appointment=visit, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return page(request, visible(request, pk), Typed(cancel_form=form), status=422)
    return done(request, visit, _("The visit of %(name)s is cancelled."))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
def mark_no_show(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = domain.mark_no_show(by=request.user, appointment=visible(request, pk))
    return done(request, visit, _("The visit of %(name)s is marked as missed."))


@requires(Permission.APPOINTMENTS_CHANGE)
@require_POST
@reads(Appointment, part=True)
def reinstate(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = visible(request, pk)
    try:
        visit = domain.reinstate(by=request.user, appointment=visit)
    except Refusal as refusal:
        return page(request, visible(request, pk), Typed(refusal=refusal), status=409)
    return done(request, visit, _("The visit of %(name)s is booked again."))


def done(request: HttpRequest, visit: Appointment, sentence: str) -> HttpResponse:
    """Back to the visit; a list that asked by HTMX gets the line it holds."""
    said = sentence % {"name": visit.customer.full_name}
    if (request.htmx.target or "").startswith("visit-"):
        visit = dress(visible(request, visit.pk))
        visit.time = f"{timezone.localtime(visit.starts_at):%H:%M}"
        visit.step = next_step(request.user, visit)
        own = Appointment.objects.visible_to(request.user).filter(pk=visit.pk)
        visit.mark = registries.visit_marks(request.user, own.values("pk")).get(visit.pk, "")
        return render(request, "appointments/_row.html", {"visit": visit, "said": said})
    messages.success(request, said)
    return go(request, "appointment-detail", visit.pk)
