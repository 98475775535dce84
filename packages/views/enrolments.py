"""Packages as people see them: enrolments, one of them, a customer's, and the list as a file."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinic import registries, spreadsheets
from clinic.audit import notes
from clinic.forms import searched
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from customers.models import Customer
from packages import queries
from packages.models import Enrolment, EnrolmentQuerySet, Plan
from staff.confirming import confirmed
from staff.queries import saved_views

PAGE = 50
SORT_NAMES = [
    ("recent", _("Latest first")),
    ("lapsing", _("First to lapse")),
    ("left", _("Fewest left")),
    ("name", _("Customer’s name")),
]


@requires(Permission.PACKAGES_VIEW)
@require_safe
def package_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate(timezone=request.branch.zone)
    found, asked = _narrowed(request)
    page = _page(found.select_related("customer"), request.GET.get("page", ""))
    mine = Enrolment.objects.visible_to(request.user)
    return reply(
        request,
        "packages/list.html",
        {
            "page": page,
            "cards": [queries.card(enrolment, today) for enrolment in page],
            "figures": queries.figures(mine, today),
            "sorts": SORT_NAMES,
            "of_plan": Plan.objects.visible_to(request.user).filter(pk=_uuid(asked["plan"])).first()
            if asked["plan"]
            else None,
            "saved": saved_views(user=request.user, page="package-list", asked=request.GET),
            **asked,
        },
    )


@requires(Permission.CUSTOMERS_EXPORT)
@require_safe
@confirmed(reading=True)
@notes.exports(Enrolment)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed now, as a CSV file, or with ?format=xlsx as a workbook."""
    found, _asked = _narrowed(request)
    today = timezone.localdate(timezone=request.branch.zone)
    rows = (
        queries.exported(enrolment, today)
        for enrolment in found.select_related("customer").iterator(chunk_size=500)
    )
    file = spreadsheets.xlsx_file if request.GET.get("format") == "xlsx" else spreadsheets.csv_file
    return file(f"packages-{today:%Y-%m-%d}", queries.EXPORTED, rows)


def _narrowed(request: HttpRequest) -> tuple[EnrolmentQuerySet, dict[str, Any]]:
    """The list as it is asked for, and how. Nothing is found for a plan that isn't one."""
    asked = {name: searched(request.GET, name) for name in ("q", "only", "sort", "plan")}
    today = timezone.localdate(timezone=request.branch.zone)
    found = queries.with_cards(Enrolment.objects.visible_to(request.user))
    found = queries.narrowed(queries.of_customers(found, asked["q"]), only=asked["only"], today=today)
    if asked["plan"]:
        found = found.filter(plan=_uuid(asked["plan"]))
    return found.order_by(*queries.SORTS.get(asked["sort"], ["-pk"])), asked


def _page(found: EnrolmentQuerySet, asked: str) -> Page:
    """What fits on the first page needs no count."""
    first = list(found[: PAGE + 1]) if asked in ("", "1") else []
    short = bool(first) and len(first) <= PAGE
    return Paginator(first if short else found, PAGE).get_page(asked)


@requires(Permission.PACKAGES_VIEW)
@require_safe
@notes.reads(Enrolment)
def enrolment_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    mine = Enrolment.objects.visible_to(request.user).select_related(
        "branch", "customer", "plan__treatment", "by", "tally", "came_from__customer"
    )
    enrolment = get_object_or_404(queries.with_cards(mine), pk=pk)
    today = timezone.localdate(timezone=request.branch.zone)
    onward = Enrolment.objects.visible_to(request.user).filter(came_from=enrolment)
    return reply(
        request,
        "packages/detail.html",
        {
            "card": queries.card(enrolment, today),
            "enrolment": enrolment,
            "sessions": queries.sessions(enrolment, today),
            "entries": queries.ledger(enrolment),
            "each": enrolment.value / enrolment.session_count,
            "difference": queries.difference(enrolment),
            "onward": onward.select_related("customer").first(),
            "panels": registries.panels_for(request.user, "enrolment", pk),
        },
    )


@requires(Permission.PACKAGES_VIEW)
@require_safe
@notes.reads(Customer, part=True)
def customer_packages(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel of the customer's page; a page of its own without HTMX."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    mine = Enrolment.objects.visible_to(request.user).filter(customer=customer)
    found = queries.with_cards(mine).select_related("customer").order_by("status", "-pk")[:PAGE]
    today = timezone.localdate(timezone=request.branch.zone)
    return reply(
        request,
        "packages/customer.html#panel" if request.htmx else "packages/customer.html",
        {"customer": customer, "cards": [queries.card(enrolment, today) for enrolment in found]},
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
