"""Packages as people see them: enrolments, one of them, and a customer's."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinic.forms import searched
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from customers.models import Customer
from packages import queries
from packages.models import Enrolment

PAGE = 50
SORT_NAMES = [("recent", _("Latest first")), ("lapsing", _("First to lapse")), ("left", _("Fewest left"))]


@requires(Permission.PACKAGES_VIEW)
@require_safe
def package_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    asked = {name: searched(request.GET, name) for name in ("q", "only", "sort")}
    mine = Enrolment.objects.visible_to(request.user)
    found = queries.of_customers(queries.with_cards(mine), asked["q"])
    found = queries.narrowed(found, only=asked["only"], today=today)
    found = found.select_related("customer").order_by(*queries.SORTS.get(asked["sort"], ["-pk"]))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return reply(
        request,
        "packages/list.html",
        {
            "page": page,
            "cards": [queries.card(enrolment, today) for enrolment in page],
            "figures": queries.figures(mine, today),
            "sorts": SORT_NAMES,
            **asked,
        },
    )


@requires(Permission.PACKAGES_VIEW)
@require_safe
def enrolment_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    mine = Enrolment.objects.visible_to(request.user).select_related("customer", "plan__treatment", "by")
    enrolment = get_object_or_404(queries.with_cards(mine), pk=pk)
    sessions = enrolment.sessions.select_related("practitioner__resource", "completed_by").order_by("number")
    return reply(
        request,
        "packages/detail.html",
        {
            "card": queries.card(enrolment, timezone.localdate()),
            "enrolment": enrolment,
            "sessions": sessions,
            "each": enrolment.value / enrolment.session_count,
        },
    )


@requires(Permission.PACKAGES_VIEW)
@require_safe
def customer_packages(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel of the customer's page; a page of its own without HTMX."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    mine = Enrolment.objects.visible_to(request.user).filter(customer=customer)
    found = queries.with_cards(mine).select_related("customer").order_by("status", "-pk")[:PAGE]
    today = timezone.localdate()
    return reply(
        request,
        "packages/customer.html#panel" if request.htmx else "packages/customer.html",
        {"customer": customer, "cards": [queries.card(enrolment, today) for enrolment in found]},
    )
