"""Letting a charge of a visit go."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appointments import domain
from appointments.forms.visit import LetGoForm
from appointments.models import Charge
from appointments.views.visit import Typed, page, visible
from clinic import money
from clinic.forms import typed
from clinic.htmx import go
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal


@requires(Permission.CHARGES_WAIVE)
@require_POST
def waive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its version makes a second click harmless."""
    charge = get_object_or_404(Charge.objects.visible_to(request.user).select_related("appointment"), pk=pk)
    form = LetGoForm(typed(request.POST), auto_id=f"waive-{pk}-%s")
    visit = charge.appointment_id
    if not form.is_valid():
        return page(request, visible(request, visit), Typed(waive_form=form, charge=pk), status=422)
    try:
        charge = domain.waive(by=request.user, charge=charge, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        charge.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = str(charge.version)
        return page(request, visible(request, visit), Typed(waive_form=form, charge=pk), status=422)
    messages.success(request, _("%(amount)s is waived.") % {"amount": money.rupees(charge.amount)})
    return go(request, "appointment-detail", visit)
