"""What becomes of a bill besides being paid: cancelled, told as an estimate, a discount agreed to."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import breakdown, domain, queries
from billing.deciding import AnswerForm, ReasonForm
from billing.models import Estimate, Invoice
from clinic.audit import notes
from clinic.forms import typed, whole
from clinic.htmx import go
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from staff.confirming import confirmed

PER_PAGE = 50


def _bill(request: HttpRequest, pk: UUID) -> Invoice:
    bills = Invoice.objects.visible_to(request.user).select_related("branch__registration", "customer")
    return get_object_or_404(bills, pk=pk)


@requires(Permission.BILLING_CANCEL)
@require_http_methods(["GET", "POST"])
@confirmed
@notes.reads(Invoice)
@once
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel an issued bill, after telling what that undoes."""
    invoice = _bill(request, pk)
    if not invoice.is_issued:
        return redirect("invoice-detail", pk)
    form = ReasonForm(typed(request.POST) if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            domain.cancel(by=request.user, invoice=invoice, **form.cleaned_data)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("%(number)s is cancelled.") % {"number": invoice.number})
            return go(request, "invoice-detail", pk)
    context = {"invoice": invoice, "form": form, "lines": queries.printed_lines(invoice)}
    return render(request, "billing/cancel.html", context, status=422 if form.is_bound else 200)


@requires(Permission.BILLING_CREATE)
@require_POST
@once
def estimate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell what a draft would come to, as it is saved."""
    invoice = _bill(request, pk)
    made = domain.estimate(by=request.user, invoice=invoice, version=_version(request, invoice))
    messages.success(request, _("Estimate %(number)s is made.") % {"number": made.number})
    return go(request, "estimate-detail", made.pk)


def _version(request: HttpRequest, invoice: Invoice) -> int:
    """The version on the page that was sent; the present one where none was."""
    sent = whole(request.POST.get("version", ""))
    return invoice.version if sent is None else sent


@requires(Permission.BILLING_VIEW)
@require_GET
def estimate_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    made = _estimate(request, pk)
    context = {
        "estimate": made,
        "place": breakdown.place(made.place_of_supply),
        "lines": breakdown.estimate_lines(made),
        "parts": breakdown.estimate_parts(made),
    }
    return render(request, "billing/estimate.html", context)


def _estimate(request: HttpRequest, pk: UUID) -> Estimate:
    found = Estimate.objects.visible_to(request.user).select_related("customer", "branch", "by", "draft")
    return get_object_or_404(found, pk=pk)


@requires(Permission.BILLING_CREATE)
@require_POST
@once
def estimate_bill(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin a bill with the lines of an estimate."""
    draft = domain.bill_estimate(by=request.user, estimate=_estimate(request, pk))
    return go(request, "invoice-edit", draft.pk)


@requires(Permission.BILLING_APPROVE)
@require_GET
def discount_requests(request: HttpRequest) -> HttpResponse:
    """The drafts whose discount waits for somebody to agree."""
    page = Paginator(queries.discounts_asked(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/discounts.html", {"page": page})


@requires(Permission.BILLING_CREATE)
@require_POST
@once
def ask_discount(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for the discount on a draft, as it is saved."""
    invoice = _bill(request, pk)
    domain.ask_discount(by=request.user, invoice=invoice, version=_version(request, invoice))
    messages.success(request, _("The discount is asked for. The draft stays here until somebody agrees."))
    return go(request, "invoice-detail", pk)


@requires(Permission.BILLING_APPROVE)
@require_POST
@once
def allow_discount(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to the discount on a draft."""
    invoice = _bill(request, pk)
    done = domain.allow_discount(by=request.user, invoice=invoice, version=_version(request, invoice))
    words = {"rate": breakdown.percent(done.discount_allowed), "name": done.customer.full_name}
    messages.success(request, _("A discount of %(rate)s for %(name)s is agreed to.") % words)
    return go(request, "discount-requests")


@requires(Permission.BILLING_APPROVE)
@require_http_methods(["GET", "POST"])
@once
def decline_discount(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say no to the discount on a draft, and why."""
    invoice = _bill(request, pk)
    if request.method == "GET" and not invoice.discount_asked_at:
        return redirect("discount-requests")
    form = AnswerForm(
        typed(request.POST) if request.method == "POST" else None, initial={"version": invoice.version}
    )
    if form.is_bound and form.is_valid():
        try:
            domain.decline_discount(by=request.user, invoice=invoice, **form.cleaned_data)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("The discount is declined."))
            return go(request, "discount-requests")
    context = {"invoice": invoice, "form": form}
    return render(request, "billing/decline_discount.html", context, status=422 if form.is_bound else 200)
