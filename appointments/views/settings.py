"""The settings of the calendar."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import domain
from appointments.forms.settings import BookingRulesForm
from appointments.models import BookingRules
from clinic import registries
from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from clinic.setup import draw, setup_page
from staff import domain as staff
from staff import queries

#: What a house of one kind usually decides about its calendar.
USUAL = {
    "skin": {"state_names": BookingRules.StateNames.CLINIC},
    "salon": {"state_names": BookingRules.StateNames.OWN, "follow_up_visits": 0},
    "outpatient": {
        "state_names": BookingRules.StateNames.OUTPATIENT,
        "queues_on_check_in": True,
        "daily_cap": None,
    },
}


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def booking_rules(request: HttpRequest) -> HttpResponse:
    """Switches, caps, follow-ups, names of states, and the ways to fees, deposits and rooms."""
    branch = queries.branch_now(request.user)
    form = BookingRulesForm(typed(request.POST) if request.method == "POST" else None, branch=branch)
    if form.is_bound and form.is_valid() and _changed(request, form):
        messages.success(request, _("Saved; it counts from now on."))
        return redirect("booking-rules")
    settings = registries.settings_for(request.user)
    context = {
        "form": form,
        "settings": settings,
        "here": next(one for one in settings if one.url_name == "booking-rules"),
    }
    return render(request, "appointments/booking_rules.html", context, status=422 if form.is_bound else 200)


@setup_page
def setup_booking(request: HttpRequest) -> HttpResponse:
    """The last step of the first run, filled in as a house of its kind usually decides."""
    branch = queries.branch_now(request.user)
    usual = USUAL.get(branch.organisation.preset, {})
    form = BookingRulesForm(
        typed(request.POST) if request.method == "POST" else None, branch=branch, initial=usual
    )
    if form.is_bound and form.is_valid() and _changed(request, form):
        return redirect(
            staff.go_on_with_setup(by=request.user, organisation=branch.organisation, after="booking")
        )
    return draw(request, "appointments/setup_booking.html", "booking", {"form": form})


def _changed(request: HttpRequest, form: BookingRulesForm) -> bool:
    try:
        domain.change_booking_rules(
            by=request.user,
            branch=queries.branch_now(request.user),
            version=form.cleaned_data["version"],
            branch_version=form.cleaned_data["branch_version"],
            **form.given,
        )
    except Stale as stale:
        form.add_error(None, stale.message)
        form.seen_anew(queries.branch_now(request.user))
        return False
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True
