"""Online payments at the desk: asked for by a bill, looked up, withdrawn, and the page of all of them."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing import domain, gateways, online_queries, pay_links
from billing.models import Invoice, OnlinePayment
from clinic import spreadsheets
from clinic.audit import notes
from clinic.forms import searched
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from staff.confirming import confirmed

PAGE = 50


def _wanted(request: HttpRequest) -> dict[str, str]:
    names = {"words": "q", "status": "status", "since": "since", "until": "until"}
    return {ours: searched(request.GET, theirs) for ours, theirs in names.items()}


@requires(Permission.ONLINE_VIEW)
@require_safe
def online_list(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request)
    found = online_queries.listed(user=request.user, **wanted)
    today = timezone.localdate(timezone=request.branch.zone)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "stats": online_queries.stats(request.branch, today),
        "statuses": OnlinePayment.Status.choices,
        "configured": bool(gateways.available(request.branch)),
        **wanted,
    }
    return reply(request, "billing/online.html", context)


@requires(Permission.BILLING_EXPORT)
@require_safe
@confirmed(reading=True)
@notes.exports(OnlinePayment)
def online_export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed now, as a CSV file. Who took it, and how many, is kept."""
    rows = online_queries.listed(user=request.user, **_wanted(request))
    domain.note_export(by=request.user, branch=request.branch, count=rows.count())
    columns = [name.split("__")[-1] for name in online_queries.EXPORTED]
    name = f"online-payments-{timezone.localdate():%Y-%m-%d}"
    return spreadsheets.csv_file(name, columns, rows.values_list(*online_queries.EXPORTED).iterator(500))


@requires(Permission.BILLING_VIEW)
@require_safe
def of_invoice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of a bill's page that tells what was asked for online."""
    invoice = get_object_or_404(
        Invoice.objects.visible_to(request.user).select_related("branch__organisation"), pk=pk
    )
    asked = [(each, pay_links.path_of(each)) for each in online_queries.of_invoice(pk)]
    context = {"invoice": invoice, "online_asked": asked, "gateway": gateways.available(invoice.branch)}
    return reply(request, "billing/_online.html", context)


@requires(Permission.BILLING_COLLECT)
@require_POST
@once
def ask_online(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for what is due on a bill: by a link to send, or to be paid here and now."""
    invoice = get_object_or_404(
        Invoice.objects.visible_to(request.user).select_related("branch__organisation"), pk=pk
    )
    as_order = request.POST.get("how") == "here"
    back = request.build_absolute_uri(reverse("invoice-detail", args=[pk]))
    online = domain.ask_online(by=request.user, invoice=invoice, back=back, as_order=as_order)
    if as_order:
        return go(request, pay_links.path_of(online))
    messages.success(request, _("The link to pay is ready to send."))
    return go(request, "invoice-detail", pk)


def _online(request: HttpRequest, pk: UUID) -> OnlinePayment:
    return get_object_or_404(OnlinePayment.objects.visible_to(request.user), pk=pk)


@requires(Permission.BILLING_COLLECT)
@require_POST
def reconcile_online(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the gateway now."""
    online = domain.reconcile_online(by=request.user, online=_online(request, pk))
    messages.success(request, _("The gateway says: %(state)s.") % {"state": online.get_status_display()})
    return go(request, "online-list")


@requires(Permission.BILLING_COLLECT)
@require_POST
@once
def withdraw_online(request: HttpRequest, pk: UUID) -> HttpResponse:
    online = domain.withdraw_online(by=request.user, online=_online(request, pk))
    messages.success(request, _("Now: %(state)s.") % {"state": online.get_status_display()})
    return go(request, "online-list")


@requires(Permission.BILLING_APPROVE)
@require_POST
@once
def settle_online(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Book what came although another amount was asked for."""
    domain.settle_online(by=request.user, online=_online(request, pk))
    messages.success(request, _("What came is booked."))
    return go(request, "online-list")
