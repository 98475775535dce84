"""What seeing somebody costs at the branch worked at: what counts when, who said so, and a form for another fee."""

import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.forms import typed
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from staff import domain
from staff.house.forms import tell
from staff.models import Fee, Practitioner
from staff.queries import who_wrote
from staff.team.fees.forms import FeeForm

MOST = 100


@requires(Permission.STAFF_CONFIGURE)
@require_http_methods(["GET", "POST"])
@once
def fees(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Practitioner.objects.visible_to(request.user).select_related("resource__branch", "user")
    who = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    form = FeeForm(typed(request.POST) if request.method == "POST" else None, initial={"valid_from": today})
    if form.is_bound and form.is_valid():
        try:
            domain.set_fee(by=request.user, practitioner=who, **form.cleaned_data)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("The fee is saved."))
            return redirect("practitioner-fees", who.pk)
    own = list(
        Fee.objects.visible_to(request.user).filter(practitioner=who).order_by("kind", "-valid_from")[:MOST]
    )
    house = Fee.objects.visible_to(request.user).valid_on(today).filter(practitioner=None)
    written = who_wrote(own)
    context = {
        "who": who,
        "form": form,
        "today": today,
        "own": [(fee, written.get(fee.pk)) for fee in own],
        "counting": {fee.pk for fee in _counting(own, today)},
        "house": _counting(list(house.order_by("kind", "-valid_from")), today),
    }
    return render(request, "staff/team/fees.html", context, status=422 if form.is_bound else 200)


def _counting(fees: list[Fee], today: datetime.date) -> list[Fee]:
    """Of each kind the latest that has begun; they come with the latest first."""
    found: dict[str, Fee] = {}
    for fee in fees:
        if fee.is_active and fee.valid_from <= today and (fee.valid_to is None or fee.valid_to >= today):
            found.setdefault(fee.kind, fee)
    return list(found.values())
