"""Moving a visit: on a page that shows the free times, or by a board where it was dragged."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from appointments import domain
from appointments.forms import MoveForm
from appointments.models import Appointment
from appointments.steps import Overlap
from appointments.views.times import FRAGMENTS, blame, offered, spoken, times
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale

OFFERS = 4  # in a toast
CHANGED = "calendar-changed"  # the boards draw themselves anew


@requires(Permission.APPOINTMENTS_CHANGE)
@require_http_methods(["GET", "POST"])
@once
def reschedule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for another time, and move the visit there. A board is answered with a toast: undo, or why not."""
    appointment = _visible(request, pk)
    if request.method == "GET":
        return _page(
            request, appointment, MoveForm(initial=_initial(request, appointment), user=request.user)
        )
    form = MoveForm(typed(request.POST), user=request.user)
    by_board = request.htmx and request.htmx.target == "messages"
    if not form.is_valid() or "show" in request.POST:
        return _refused(request, appointment, form) if by_board else _page(request, appointment, form, 422)
    was = _back(appointment, form)
    try:
        moved = _move(request, appointment, form)
    except Refusal as refusal:
        appointment = _visible(request, pk)
        if by_board:
            return _refused(request, appointment, form, refusal)
        if isinstance(refusal, Stale):
            form.data = form.data.copy()
            form.data["version"] = str(appointment.version)
        if not isinstance(refusal, Overlap):
            blame(form, refusal)
        return _page(request, appointment, form, 422, refusal)
    if by_board:
        return _moved(request, moved, was)
    messages.success(request, _("The visit is now on %(when)s.") % {"when": spoken(moved.starts_at)})
    return go(request, "appointment-detail", pk)


def _move(request: HttpRequest, appointment: Appointment, form: MoveForm) -> Appointment:
    given = form.cleaned_data
    despite_overlap = "despite_overlap" in request.POST
    if given["whole"]:
        moved = domain.reschedule_visit(
            by=request.user,
            appointment=appointment,
            starts_at=given["starts_at"],
            reason=given["reason"],
            version=given["version"],
            despite_overlap=despite_overlap,
        )
        return next(part for part in moved if part.pk == appointment.pk)
    return domain.reschedule(
        by=request.user,
        appointment=appointment,
        starts_at=given["starts_at"],
        practitioner=given["practitioner"],
        minutes=given["minutes"],
        room=given["room"],
        reason=given["reason"],
        version=given["version"],
        despite_overlap=despite_overlap,
    )


def _visible(request: HttpRequest, pk: UUID) -> Appointment:
    visits = Appointment.objects.visible_to(request.user)
    rows = visits.select_related("branch", "customer", "treatment", "practitioner__resource")
    return get_object_or_404(rows, pk=pk)


def _initial(request: HttpRequest, appointment: Appointment) -> dict[str, Any]:
    return {
        "practitioner": appointment.practitioner_id,
        "day": timezone.localdate(appointment.starts_at),
        "minutes": appointment.minutes,
        "version": appointment.version,
        **{name: request.GET[name] for name in ("practitioner", "day") if request.GET.get(name)},
    }


def _page(
    request: HttpRequest,
    appointment: Appointment,
    form: MoveForm,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "appointment": appointment,
        "form": form,
        "times": times(form, appointment.treatment, request.path, appointment),
        "offers": offered(refusal.offers if refusal else ()),
        "overlap": refusal.message if isinstance(refusal, Overlap) else "",
        "has_parts": bool(appointment.first_part_id) or appointment.later_parts.exists(),
        "why_not": appointment.why_not("reschedule"),
    }
    return reply(request, "appointments/reschedule.html", context, fragments=FRAGMENTS, status=status)


# For a board: a toast, and the board is told to draw itself anew, whatever came of it.


def _back(appointment: Appointment, form: MoveForm) -> dict[str, Any]:
    """What undoing the move sends: where the visit stands now."""
    room = form.cleaned_data["room"]
    held = appointment.holds.filter(released_at=None, resource__kind=room.kind).first() if room else None
    return {
        "practitioner": appointment.practitioner_id,
        "starts_at": appointment.starts_at.isoformat(),
        "minutes": appointment.minutes,
        "room": held.resource_id if held else "",
        "despite_overlap": "1",
    }


def _moved(request: HttpRequest, appointment: Appointment, was: dict[str, Any]) -> HttpResponse:
    words = {"name": appointment.customer.full_name, "where": _where(appointment, was)}
    context = {
        "text": _("%(name)s moved to %(where)s.") % words,
        "url": reverse("appointment-reschedule", args=[appointment.pk]),
        "fields": was | {"version": appointment.version},
    }
    response = render(request, "appointments/_moved.html", context)
    # Where a repeated submission leads.
    response["Location"] = request.htmx.current_url_abs_path or reverse("appointment-list")
    return trigger_client_event(response, CHANGED)


def _where(appointment: Appointment, was: dict[str, Any]) -> str:
    """The new time, with what else became different: "10:30", "10:30–11:30", "Tue 3 Mar, 10:30, Dr. Kapoor"."""
    starts_at, ends_at = (timezone.localtime(at) for at in (appointment.starts_at, appointment.ends_at))
    former = timezone.localtime(datetime.datetime.fromisoformat(was["starts_at"]))
    words = date_format(starts_at, "H:i" if former.date() == starts_at.date() else "D j M, H:i")
    if was["minutes"] != appointment.minutes:
        words += f"–{ends_at:%H:%M}"
    if was["practitioner"] != appointment.practitioner_id:
        words += f", {appointment.practitioner.resource.name}"
    return words


def _refused(
    request: HttpRequest, appointment: Appointment, form: MoveForm, refusal: Refusal | None = None
) -> HttpResponse:
    given = form.cleaned_data
    typed_wrong = " ".join(error for errors in form.errors.values() for error in errors)
    context = {
        "text": refusal.message if refusal else typed_wrong,
        "url": reverse("appointment-reschedule", args=[appointment.pk]),
        "offers": _offers(refusal, given.get("starts_at")),
        "anyway": given["starts_at"].isoformat() if isinstance(refusal, Overlap) else "",
        "fields": {
            "practitioner": given["practitioner"].pk if given.get("practitioner") else "",
            "minutes": given.get("minutes") or "",
            "room": given["room"].pk if given.get("room") else "",
            "version": appointment.version,
        },
    }
    status = 409 if refusal else 422
    return trigger_client_event(render(request, "appointments/_moved.html", context, status=status), CHANGED)


def _offers(refusal: Refusal | None, wished: datetime.datetime | None) -> list[dict[str, str]]:
    """A few times for a toast: the day is said where it isn't the one wished for."""
    found = (refusal.offers if refusal else [])[:OFFERS]
    day = timezone.localdate(wished) if wished else None
    return [
        {"value": at.isoformat(), "label": date_format(at, "H:i" if at.date() == day else "D j M, H:i")}
        for at in found
    ]
