"""Corrections that were asked for, and the decision."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.forms import searched
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from inventory import domain
from inventory.forms import AnswerForm
from inventory.models import Adjustment

PAGE = 50


@requires(Permission.INVENTORY_VIEW)
@require_safe
def adjustment_list(request: HttpRequest) -> HttpResponse:
    rows = Adjustment.objects.visible_to(request.user)
    status = searched(request.GET, "status") or Adjustment.Status.PENDING
    if status in Adjustment.Status.values:
        rows = rows.filter(status=status)
    rows = rows.select_related("batch__item", "asked_by", "decided_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "status": status, "statuses": Adjustment.Status.choices}
    return reply(request, "inventory/adjustments.html", context)


@requires(Permission.INVENTORY_APPROVE)
@require_POST
@once
def adjustment_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    adjustment = get_object_or_404(Adjustment.objects.visible_to(request.user), pk=pk)
    domain.approve_adjustment(by=request.user, adjustment=adjustment, answer=_answer(request))
    messages.success(request, _("The correction is made."))
    return go(request, "adjustment-list")


@requires(Permission.INVENTORY_CHANGE)
@require_POST
def adjustment_reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """By who decides, or by who asked."""
    adjustment = get_object_or_404(Adjustment.objects.visible_to(request.user), pk=pk)
    domain.reject_adjustment(by=request.user, adjustment=adjustment, answer=_answer(request))
    messages.success(request, _("The correction is refused."))
    return go(request, "adjustment-list")


def _answer(request: HttpRequest) -> str:
    form = AnswerForm(request.POST)
    return form.cleaned_data["answer"] if form.is_valid() else ""
