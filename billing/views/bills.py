"""The list of bills, one bill with its payments, and what other pages show of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from billing import breakdown, codes, domain, queries
from billing.forms import FilterForm, PaymentForm
from billing.models import Invoice
from clinic import spreadsheets
from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer

PER_PAGE = 50
LATEST = 10  # bills in the panel of the customer's page


@requires(Permission.BILLING_VIEW)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    filters = FilterForm(typed(request.GET))
    wanted = filters.wanted()
    page = Paginator(queries.listed(user=request.user, **wanted), PER_PAGE).get_page(request.GET.get("page"))
    return reply(
        request,
        "billing/list.html",
        {"page": page, "filters": filters, **wanted},
        fragments={"invoices": "invoices"},
    )


@requires(Permission.MONEY_VIEW)
@require_GET
@notes.exports(Invoice)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed now, as a CSV file. Who took it, and how many, is kept."""
    rows = queries.listed(user=request.user, **FilterForm(typed(request.GET)).wanted())
    domain.note_export(by=request.user, branch=request.branch, count=rows.count())
    columns = [name.split("__")[-1] for name in queries.EXPORTED]
    name = f"invoices-{timezone.localdate():%Y-%m-%d}"
    return spreadsheets.csv_file(name, columns, rows.values_list(*queries.EXPORTED).iterator(500))


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Invoice)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bill on screen; a draft opens in the editor for whoever may write it."""
    invoice = _bill(request, pk)
    if invoice.is_draft and request.user.may(Permission.BILLING_CREATE):
        return redirect("invoice-edit", pk)
    return render(request, "billing/detail.html", _shown(invoice, PaymentForm()))


def _bill(request: HttpRequest, pk: UUID) -> Invoice:
    found = Invoice.objects.visible_to(request.user).select_related(
        "branch", "customer", "issued_by", "created_by"
    )
    return get_object_or_404(found, pk=pk)


def _shown(invoice: Invoice, form: PaymentForm) -> dict[str, Any]:
    lines = queries.printed_lines(invoice)
    return {
        "invoice": invoice,
        "lines": lines,
        "parts": breakdown.parts(invoice, lines),
        "place": breakdown.place(invoice.place_of_supply),
        "payments": queries.payments_of(invoice),
        "form": form,
        "code": codes.on_screen(invoice),
    }


@requires(Permission.BILLING_COLLECT)
@require_POST
@notes.reads(Invoice, part=True)
@once
def collect(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take money for an issued bill."""
    invoice = _bill(request, pk)
    form = PaymentForm(typed(request.POST))
    if form.is_valid():
        try:
            made = domain.collect(by=request.user, invoice=invoice, payments=form.payments(invoice.due))
        except Refusal as refusal:
            invoice.refresh_from_db()
            form.tell(refusal.message, refusal.field)
        else:
            messages.success(request, breakdown.received(made))
            return go(request, "invoice-detail", pk)
    return render(request, "billing/detail.html", _shown(invoice, form), status=422)


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Customer, part=True)
def of_customer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel on a customer's page: the last bills, and what is owed here."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    mine = Invoice.objects.visible_to(request.user).of(customer)
    context = {"customer": customer, "invoices": mine[:LATEST], "owed": mine.due()}
    return reply(request, "billing/of_customer.html", context, fragments={"customer-invoices": "panel"})
