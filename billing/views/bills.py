"""The list of bills, one bill with its payments, and what other pages show of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from appointments.models import Appointment
from billing import breakdown, codes, domain, held, queries
from billing.forms import FilterForm, PaymentForm
from billing.models import BillingRules, Invoice
from clinic import spreadsheets
from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer
from staff.confirming import confirmed
from staff.models import Practitioner

PER_PAGE = 50
LATEST = 10  # bills in the panel of the customer's page


def tipped(request: HttpRequest) -> list[Practitioner]:
    """Whom a tip can be for; nobody where the branch takes none."""
    if not BillingRules.of(request.branch).takes_tips:
        return []
    return list(Practitioner.objects.visible_to(request.user).active().select_related("resource"))


@requires(Permission.BILLING_VIEW)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    filters = FilterForm(typed(request.GET))
    wanted = filters.wanted()
    found = queries.listed(user=request.user, **wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    sums = queries.sums(found) if page.object_list and request.user.may(Permission.MONEY_VIEW) else None
    return reply(
        request,
        "billing/list.html",
        {"page": page, "filters": filters, "sums": sums, "carried": _carried(request), **wanted},
        fragments={"invoices": "invoices"},
    )


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """How the list is narrowed, for the form that prints what is ticked in it."""
    return [(name, value) for name, value in request.GET.items() if name not in ("page", "invoice")]


@requires(Permission.BILLING_EXPORT)
@require_GET
@confirmed(reading=True)
@notes.exports(Invoice)
def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The list as it is narrowed now, as CSV or XLSX. Who took it, and how many, is kept."""
    rows = queries.listed(user=request.user, **FilterForm(typed(request.GET)).wanted())
    domain.note_export(by=request.user, branch=request.branch, count=rows.count())
    columns = [name.split("__")[-1] for name in queries.EXPORTED]
    name = f"invoices-{timezone.localdate():%Y-%m-%d}"
    write = spreadsheets.xlsx_file if request.GET.get("format") == "xlsx" else spreadsheets.csv_file
    return write(name, columns, rows.values_list(*queries.EXPORTED).iterator(500))


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Invoice)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bill on screen; a draft opens in the editor for whoever may write it, unless its discount waits for somebody."""
    invoice = visible(request, pk)
    if invoice.is_draft and not invoice.discount_asked_at and request.user.may(Permission.BILLING_CREATE):
        return redirect("invoice-edit", pk)
    return render(
        request, "billing/detail.html", shown(request, invoice, PaymentForm(practitioners=tipped(request)))
    )


def visible(request: HttpRequest, pk: UUID) -> Invoice:
    """A bill of the branch worked at, with what its page shows, or 404."""
    found = Invoice.objects.visible_to(request.user).select_related(
        "branch", "customer", "issued_by", "created_by", "cancelled_by", "discount_asked_by"
    )
    return get_object_or_404(found, pk=pk)


def shown(request: HttpRequest, invoice: Invoice, form: PaymentForm) -> dict[str, Any]:
    """What the bill's page shows."""
    lines = queries.printed_lines(invoice)
    return {
        "invoice": invoice,
        "lines": lines,
        "parts": breakdown.parts(invoice, lines),
        "place": breakdown.place(invoice.place_of_supply),
        "payments": queries.payments_of(invoice),
        "notes": queries.notes_of(invoice),
        "form": form,
        "code": codes.on_screen(invoice),
        "held": held.of(invoice.customer_id, invoice.branch) if invoice.is_issued and invoice.due else None,
    }


@requires(Permission.BILLING_COLLECT)
@require_POST
@notes.reads(Invoice, part=True)
@once
def collect(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take money for an issued bill."""
    invoice = visible(request, pk)
    form = PaymentForm(typed(request.POST), practitioners=tipped(request))
    if form.is_valid():
        try:
            made = domain.collect(
                by=request.user, invoice=invoice, payments=form.payments(invoice.due), tips=form.tips
            )
        except Refusal as refusal:
            invoice.refresh_from_db()
            form.tell(refusal.message, refusal.field)
        else:
            messages.success(request, breakdown.received(made))
            return go(request, "invoice-detail", pk)
    return render(request, "billing/detail.html", shown(request, invoice, form), status=422)


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Customer, part=True)
def of_customer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel on a customer's page: the last bills, and what is owed here."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    mine = Invoice.objects.visible_to(request.user).of(customer)
    context = {"customer": customer, "invoices": mine[:LATEST], "owed": mine.due()}
    return reply(request, "billing/of_customer.html", context, fragments={"customer-invoices": "panel"})


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Appointment, part=True)
def of_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel on a visit's page: its bills, and whether all of it is paid."""
    visit = get_object_or_404(Appointment.objects.visible_to(request.user).select_related("customer"), pk=pk)
    invoices = list(Invoice.objects.visible_to(request.user).of(visit.customer).filter(appointment=visit))
    context = {
        "visit": visit,
        "customer": visit.customer,
        "invoices": invoices,
        "is_paid": queries.paid_visits(request.user, [visit.pk]).exists(),
    }
    return reply(request, "billing/of_visit.html", context, fragments={"appointment-invoices": "panel"})
