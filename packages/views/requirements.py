"""What a customer has to meet before treatments: how they stand, and recording a result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer
from packages import domain, queries
from packages.forms import MeetForm
from packages.models import Requirement


@requires(Permission.PACKAGES_VIEW)
@require_safe
@notes.reads(Customer, "customer", part=True)
def requirement_list(request: HttpRequest, customer: UUID) -> HttpResponse:
    """The panel of the customer's page; a page of its own without HTMX."""
    person = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer)
    return _shown(request, person)


@requires(Permission.VISITS_COMPLETE)
@require_POST
@once
def meet(request: HttpRequest, customer: UUID, pk: UUID) -> HttpResponse:
    """Recorded by those who treat: they read the skin and take the consent. The desk sees it and can't open its own way."""
    person = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer)
    mine = Requirement.objects.visible_to(request.user).select_related("treatment")
    requirement = get_object_or_404(mine, pk=pk)
    form = MeetForm(requirement, typed(request.POST))
    if not form.is_valid():
        return _shown(request, person, requirement, form)
    try:
        domain.meet(
            by=request.user,
            requirement=requirement,
            customer=person,
            is_passed=form.is_passed,
            note=form.cleaned_data["note"],
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _shown(request, person, requirement, form)
    messages.success(request, _("%(name)s is recorded.") % {"name": requirement})
    return go(request, "customer-detail", person.pk)


def _shown(
    request: HttpRequest, customer: Customer, refused: Requirement | None = None, form: MeetForm | None = None
) -> HttpResponse:
    """All requirements with their forms; what was typed into a refused one stays, even if it is no longer asked for."""
    asked = list(Requirement.objects.visible_to(request.user).active().select_related("treatment"))
    if refused and refused not in asked:
        asked.append(refused)
    near = queries.wanted_treatments(customer)
    rows: list[dict[str, Any]] = []
    for each in queries.readiness(customer.pk, asked, timezone.localtime(timezone=request.branch.zone)):
        is_refused = each.requirement == refused
        rows.append(
            {
                "readiness": each,
                "form": form if is_refused else MeetForm(each.requirement),
                "is_refused": is_refused,
                "is_near": bool(each.result) or is_refused or each.requirement.treatment_id in near,
            }
        )
    return reply(
        request,
        "packages/requirements.html#panel" if request.htmx else "packages/requirements.html",
        {
            "customer": customer,
            "near": [row for row in rows if row["is_near"]],
            "others": [row for row in rows if not row["is_near"]],
        },
        status=422 if refused else 200,
    )
