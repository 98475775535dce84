"""What a treatment or a package costs at this branch."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clinic import price_pages
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from packages import domain
from packages.models import Plan, Treatment

ASKS = ["GET", "HEAD", "POST"]


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(ASKS)
@once
def treatment_price(request: HttpRequest, pk: UUID) -> HttpResponse:
    treatment = get_object_or_404(Treatment.objects.visible_to(request.user), pk=pk)
    return price_pages.answer(request, treatment, domain.set_price, back=reverse("treatment-edit", args=[pk]))


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(ASKS)
@once
def plan_price(request: HttpRequest, pk: UUID) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), pk=pk)
    return price_pages.answer(request, plan, domain.set_price, back=reverse("plan-detail", args=[pk]))
