"""One person's page: what each tab loads, what happened to them, and who changed what."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import registries
from clinic.audit import notes
from clinic.forms import whole
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from customers import history as changes
from customers import timeline as moments
from customers.models import Customer, Merge
from customers.panels import facts_of, tabs_for


def visible(request: HttpRequest, pk: UUID) -> Customer:
    """The customer if the person may see them; a record of another branch isn't there."""
    found = Customer.objects.visible_to(request.user).select_related("standing", "home_branch", "merged_into")
    return get_object_or_404(found, pk=pk)


@requires(Permission.CUSTOMERS_VIEW)
@require_safe
@notes.reads(Customer)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page with the tab asked for; who was merged into somebody else is found there."""
    customer = visible(request, pk)
    kept = customer.merged_into
    if kept:
        told = {"merged": customer.full_name, "reference": customer.reference, "kept": kept.full_name}
        messages.info(
            request, _("%(merged)s, %(reference)s, was merged into this record of %(kept)s.") % told
        )
        return redirect("customer-detail", kept.pk)
    tabs = tabs_for(request.user, pk)
    chosen = next((tab for tab in tabs if tab.name == request.GET.get("tab")), tabs[0])
    context = {"customer": customer, "tabs": tabs, "chosen": chosen, **_beside(request, customer)}
    return reply(request, "customers/detail.html", context, fragments={"customer-tabs": "tabs"})


def _beside(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    return {
        "facts": facts_of(customer, money_too=request.user.may(Permission.BILLING_VIEW)),
        "merges": Merge.objects.visible_to(request.user)
        .standing()
        .filter(kept=customer)
        .select_related("merged", "by"),
        "whatsapp": f"https://wa.me/{customer.phone.lstrip('+')}" if customer.phone else "",
    }


@requires(Permission.CUSTOMERS_VIEW)
@require_safe
@notes.reads(Customer, part=True)
def timeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What happened to a person, across apps, the latest first; `only` is one app's part of it."""
    customer = visible(request, pk)
    kinds = registries.timeline_for(request.user)
    only = request.GET.get("only", "") if request.GET.get("only") in kinds else ""
    page = moments.read(user=request.user, customer_id=pk, only=only, before=_moment(request))
    context = {"customer": customer, "kinds": kinds, "only": only, "page": page}
    return _part(request, "customers/timeline.html", context, "timeline-more")


@requires(Permission.CUSTOMERS_VIEW)
@require_safe
@notes.reads(Customer, part=True)
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who changed what, and when, field by field, of what the person may see."""
    customer = visible(request, pk)
    below = whole(request.GET.get("before", ""), digits=18)
    page = changes.read(user=request.user, customer_id=pk, below=below)
    context = {"customer": customer, "page": page}
    return _part(request, "customers/history.html", context, "history-more")


def _part(request: HttpRequest, template: str, context: dict[str, Any], more: str) -> HttpResponse:
    """A page of its own, the body of a tab, or the rows that follow those already shown."""
    fragments = {more: "rows"}
    if request.htmx and request.htmx.target != more:
        fragments[request.htmx.target or ""] = "panel"
    return reply(request, template, context, fragments=fragments)


def _moment(request: HttpRequest) -> datetime.datetime | None:
    """The time before which the next moments lie; nonsense asks for the latest."""
    try:
        asked = datetime.datetime.fromisoformat(request.GET.get("before", ""))
    except ValueError:
        return None
    return asked if asked.tzinfo else None
