"""Moving a visit: ask for another time, and move it there."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import domain
from appointments.forms import MoveForm
from appointments.models import Appointment
from appointments.views.times import FRAGMENTS, blame, offered, spoken, times
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale


@requires(Permission.APPOINTMENTS_CHANGE)
@require_http_methods(["GET", "POST"])
@once
def reschedule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for another time, and move the visit there."""
    appointment = _visible(request, pk)
    if request.method == "GET":
        initial = {
            "practitioner": appointment.practitioner_id,
            "day": timezone.localdate(appointment.starts_at),
            "version": appointment.version,
            **{name: request.GET[name] for name in ("practitioner", "day") if request.GET.get(name)},
        }
        return _moving(request, appointment, MoveForm(initial=initial, user=request.user))
    form = MoveForm(typed(request.POST), user=request.user)
    if not form.is_valid() or "show" in request.POST:
        return _moving(request, appointment, form, status=422)
    given = form.cleaned_data
    try:
        moved = domain.reschedule(
            by=request.user,
            appointment=appointment,
            starts_at=given["starts_at"],
            practitioner=given["practitioner"],
            version=given["version"],
        )
    except Stale as stale:
        appointment = _visible(request, pk)
        form.add_error(None, stale.message)
        form.data = form.data.copy()
        form.data["version"] = str(appointment.version)
        return _moving(request, appointment, form, status=422)
    except Refusal as refusal:
        blame(form, refusal)
        return _moving(request, appointment, form, status=422, offers=refusal.offers)
    messages.success(request, _("The visit is now on %(when)s.") % {"when": spoken(moved.starts_at)})
    return go(request, "appointment-detail", pk)


def _visible(request: HttpRequest, pk: UUID) -> Appointment:
    visits = Appointment.objects.visible_to(request.user)
    rows = visits.select_related("branch", "customer", "treatment", "practitioner__resource")
    return get_object_or_404(rows, pk=pk)


def _moving(
    request: HttpRequest, appointment: Appointment, form: MoveForm, status: int = 200, offers: Any = ()
) -> HttpResponse:
    context = {
        "appointment": appointment,
        "form": form,
        "times": times(form, appointment.treatment, request.path, appointment),
        "offers": offered(offers),
        "why_not": appointment.why_not("reschedule"),
    }
    return reply(request, "appointments/reschedule.html", context, fragments=FRAGMENTS, status=status)
