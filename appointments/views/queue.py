"""The queue at the desk, its slip of paper, and the waiting room's screen."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appointments import domain, floor, queue_pages, token_slip
from appointments.forms.queue import PrioritiseForm
from appointments.models import Appointment, QueueEntry
from appointments.views.life import done
from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, public, requires
from clinic.refusals import Refusal
from staff.models import Practitioner

NOT_CHANGED = 204


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Every queue of today. What refreshes itself says what it has `seen`, and hears nothing while that holds."""
    page = queue_pages.desk(request.user, request.GET)
    if request.htmx and request.GET.get("seen") == page["seen"]:
        return HttpResponse(status=NOT_CHANGED)
    return _page(request, page)


@requires(Permission.QUEUE_MANAGE)
@require_POST
@once
def call_next(request: HttpRequest, practitioner: UUID) -> HttpResponse:
    doctors = Practitioner.objects.visible_to(request.user).select_related("resource__branch")
    doctor = get_object_or_404(doctors, pk=practitioner)
    return _done(
        request, domain.call(by=request.user, practitioner=doctor), _("%(token)s, %(name)s, is called.")
    )


@requires(Permission.QUEUE_MANAGE)
@require_POST
def call(request: HttpRequest, pk: UUID) -> HttpResponse:
    entry = domain.call(by=request.user, entry=_visible(request, pk))
    return _done(request, entry, _("%(token)s, %(name)s, is called."))


@requires(Permission.QUEUE_MANAGE)
@require_POST
@once
def recall(request: HttpRequest, pk: UUID) -> HttpResponse:
    entry = domain.recall(by=request.user, entry=_visible(request, pk))
    return _done(request, entry, _("%(token)s, %(name)s, is called again."))


@requires(Permission.QUEUE_MANAGE)
@require_POST
def skip(request: HttpRequest, pk: UUID) -> HttpResponse:
    entry = domain.skip(by=request.user, entry=_visible(request, pk))
    return _done(request, entry, _("%(token)s, %(name)s, is skipped."))


@requires(Permission.QUEUE_MANAGE)
@require_POST
def rejoin(request: HttpRequest, pk: UUID) -> HttpResponse:
    entry = domain.rejoin(by=request.user, entry=_visible(request, pk))
    return _done(request, entry, _("%(token)s, %(name)s, is back in line."))


@requires(Permission.QUEUE_MANAGE)
@require_POST
def enter_queue(request: HttpRequest, pk: UUID) -> HttpResponse:
    visit = get_object_or_404(Appointment.objects.visible_to(request.user), pk=pk)
    entry = domain.enter_queue(by=request.user, appointment=visit)
    said = _("%(name)s has the token %(token)s.")
    if request.htmx.target == "queues":
        return _done(request, entry, said)
    return done(request, entry.appointment, said % {"name": "%(name)s", "token": entry.token})


@requires(Permission.APPOINTMENTS_PRIORITISE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def prioritise(request: HttpRequest, pk: UUID) -> HttpResponse:
    visits = Appointment.objects.visible_to(request.user).select_related("customer", "practitioner__resource")
    visit = get_object_or_404(visits, pk=pk)
    form = PrioritiseForm(typed(request.POST) if request.method == "POST" else None, current=visit.priority)
    if request.method == "POST" and form.is_valid():
        try:
            visit = domain.prioritise(by=request.user, appointment=visit, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            said = _("%(name)s is marked as %(priority)s.")
            shown = {"name": visit.customer.full_name, "priority": visit.get_priority_display().lower()}
            messages.success(request, said % shown)
            return _back(request, visit)
    return reply(
        request,
        "appointments/prioritise.html",
        {"form": form, "visit": visit},
        fragments={"dialog": "dialog"},
        status=422 if request.method == "POST" else 200,
    )


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
@notes.prints(QueueEntry)
def queue_slip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The token on 80 mm paper, as the queue stands now."""
    entry = _visible(request, pk)
    paper = HttpResponse(token_slip.draw(entry), content_type="application/pdf")
    paper["Content-Disposition"] = f'inline; filename="token-{entry.token}.pdf"'
    return paper


@public(
    "a television has nobody signed in; it knows the screen's key, and sees tokens and masked names alone"
)
@require_GET
def display(request: HttpRequest, display_key: str) -> HttpResponse:
    page = queue_pages.screen(display_key)
    if request.GET.get("seen") == page["seen"]:
        response = HttpResponse(status=NOT_CHANGED)
    else:
        response = reply(request, "appointments/queue_display.html", page, fragments={"screen": "screen"})
    response["Cache-Control"] = "private, no-store"
    return response


@requires(Permission.AVAILABILITY_MANAGE)
@require_POST
@once
def renew_display(request: HttpRequest) -> HttpResponse:
    domain.renew_display(by=request.user, branch=request.branch)
    messages.success(request, _("The waiting room’s screen has a new address. Open it on the television."))
    return go(request, "queue")


def _visible(request: HttpRequest, pk: UUID) -> QueueEntry:
    entries = QueueEntry.objects.visible_to(request.user).select_related(
        *floor.BESIDE_THE_ROW, "queue__branch", "queue__practitioner__resource__branch"
    )
    return get_object_or_404(entries, pk=pk)


def _done(request: HttpRequest, entry: QueueEntry, sentence: str) -> HttpResponse:
    """Back to the queues, filtered as they were; the part of the page that asked by HTMX is drawn anew."""
    said = sentence % {"token": entry.token, "name": entry.appointment.customer.full_name}
    if request.htmx:
        return _page(request, queue_pages.desk(request.user, request.GET) | {"said": said})
    messages.success(request, said)
    return go(request, "queue")


def _back(request: HttpRequest, visit: Appointment) -> HttpResponse:
    """To the queue whoever waits in it was put first from, else to the visit."""
    waits = visit.status in (Appointment.Status.ARRIVED, Appointment.Status.IN_QUEUE)
    if waits and request.htmx.current_url_abs_path != reverse("appointment-detail", args=[visit.pk]):
        return go(request, "queue")
    return go(request, "appointment-detail", visit.pk)


def _page(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    return reply(request, "appointments/queue.html", page, fragments={"queues": "queues"})
