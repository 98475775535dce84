"""Rooms and devices that are out of service, and putting them back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments import absences
from appointments.forms.absences import OutageForm
from appointments.views.hits import says_out
from clinic.forms import typed
from clinic.htmx import go
from clinic.idempotency import once
from clinic.models import OutOfService
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from staff import domain as staff

FIELD_OF = {"starts_at": "from_day", "ends_at": "until_day", "resource": "resource", "reason": "reason"}


@requires(Permission.AVAILABILITY_MANAGE)
@require_http_methods(["GET", "POST"])
@once
def take_out_of_service(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        now = timezone.localtime(timezone=request.branch.zone)
        initial = {"from_day": now.date(), "from_time": now.time()}
        return _page(request, OutageForm(initial=initial, user=request.user))
    form = OutageForm(typed(request.POST), user=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        outage = staff.take_out_of_service(
            by=request.user,
            resource=given["resource"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            reason=given["reason"],
        )
    except Refusal as refusal:
        form.add_error(FIELD_OF.get(refusal.field or ""), refusal.message)
        return _page(request, form, status=422)
    messages.success(request, says_out(outage))
    hits = absences.hit_by_outage(outage, user=request.user, branch=request.branch)
    return go(request, "outage-hits", outage.pk) if hits else go(request, "availability")


@requires(Permission.AVAILABILITY_MANAGE)
@require_POST
def put_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    outage = get_object_or_404(
        OutOfService.objects.visible_to(request.user).select_related("resource"), pk=pk
    )
    staff.put_back(by=request.user, outage=outage)
    messages.success(request, _("%(name)s is in service again.") % {"name": outage.resource})
    return redirect("availability")


def _page(request: HttpRequest, form: OutageForm, status: int = 200) -> HttpResponse:
    return render(request, "appointments/outage.html", {"form": form}, status=status)
