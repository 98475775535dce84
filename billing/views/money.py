"""Taking money from a customer over several bills and in advance; one receipt; one payment."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billing import breakdown, codes, domain, held, money_queries
from billing.domain.correcting import CAN_FAIL
from billing.models import Invoice, Payment, Receipt
from billing.payment_forms import PaymentForm, TakeForm
from billing.views.bills import tipped
from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer


def chosen(request: HttpRequest) -> Customer | None:
    """The customer that the address or the form names; 404 for one that isn't seen here."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        key = UUID(sent.get("customer", ""))
    except ValueError:
        return None
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=key)


def ask_whom(request: HttpRequest, title: str, lead: str, to: str) -> HttpResponse:
    """First of all: of whom. Choosing leads back to the same page."""
    context = {"title": title, "lead": lead, "here": reverse(to)}
    return render(request, "billing/of_whom.html", context)


@requires(Permission.BILLING_COLLECT)
@require_http_methods(["GET", "POST"])
@once
def take(request: HttpRequest) -> HttpResponse:
    """Take money from one customer: for any of the open bills, in advance, or both."""
    customer = chosen(request)
    if customer is None:
        return ask_whom(request, _("Take money"), _("From whom?"), "payment-take")
    open_bills = Invoice.objects.visible_to(request.user).filter(customer=customer).unpaid()
    bills = list(open_bills.order_by("issued_on", "pk"))
    sent = typed(request.POST) if request.method == "POST" else None
    form = TakeForm(sent, bills=bills)
    payment = PaymentForm(sent, fixed=True, practitioners=tipped(request))
    if sent is not None and form.is_valid() and payment.is_valid():
        if not form.total:
            form.add_error(None, _("Enter what is paid, or how much in advance."))
        else:
            try:
                receipts = _receive(request, customer, form, payment)
            except Refusal as refusal:
                if not form.tell(refusal.message, refusal.field):
                    payment.tell(refusal.message, refusal.field)
            else:
                made = [one for receipt in receipts for one in receipt.payments.all()]
                messages.success(request, breakdown.received(made))
                return go(request, receipts[0])
    due = sum((bill.due for bill in bills), Decimal(0))
    context = {
        "customer": customer, "form": form, "payment": payment, "held": held.of(customer.pk, request.branch),
        "code": codes.exact(request.branch, due), "due": due,
    }  # fmt: skip
    return render(request, "billing/take.html", context, status=422 if sent is not None else 200)


def _receive(request: HttpRequest, customer: Customer, form: TakeForm, payment: PaymentForm) -> list[Receipt]:
    return domain.receive(
        by=request.user, branch=request.branch, customer=customer, bills=form.paid, advance=form.in_advance,
        payments=payment.payments(form.total), tips=payment.tips,
    )  # fmt: skip


@requires(Permission.BILLING_COLLECT)
@require_GET
def code(request: HttpRequest) -> HttpResponse:
    """The UPI code for exactly what is typed to come by UPI; `invoice` says for what, where it is for one bill."""
    invoice = None
    try:
        key = UUID(request.GET.get("invoice", ""))
    except ValueError:
        due = _sum_typed(request)
    else:
        invoice = get_object_or_404(Invoice.objects.visible_to(request.user), pk=key)
        due = max(invoice.due, Decimal(0))
    form = PaymentForm(typed(request.GET), later=True, practitioners=tipped(request))
    amount = form.by_upi(due)
    drawn = codes.exact(request.branch, amount, invoice.number if invoice else "")
    return render(request, "billing/_code.html", {"code": drawn, "amount": amount, "branch": request.branch})


def _sum_typed(request: HttpRequest) -> Decimal:
    """What the page for several bills comes to, as far as it can be understood."""
    total = Decimal(0)
    for name, value in request.GET.items():
        if name == "advance" or name.startswith("bill-"):
            try:
                figure = Decimal(value.replace(",", "").strip() or "0")
            except InvalidOperation:
                continue
            if figure.is_finite() and 0 < figure < Decimal("1e9"):
                total += figure
    return total


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Receipt, "receipt_pk")
def receipt(request: HttpRequest, receipt_pk: UUID) -> HttpResponse:
    found = Receipt.objects.visible_to(request.user).select_related(
        "customer", "by", "tax_category", "branch"
    )
    receipt = get_object_or_404(found, pk=receipt_pk)
    payments = Payment.objects.visible_to(request.user).filter(receipt=receipt)
    return _shown(request, {"receipt": receipt, "customer": receipt.customer}, payments)


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Payment)
def payment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One payment. Of one with a receipt the whole receipt is shown."""
    found = get_object_or_404(Payment.objects.visible_to(request.user).select_related("customer"), pk=pk)
    if found.receipt_id:
        return go(request, "payment-receipt", found.receipt_id)
    payments = Payment.objects.visible_to(request.user).filter(pk=pk)
    return _shown(request, {"receipt": None, "customer": found.customer}, payments)


def _shown(request: HttpRequest, context: dict[str, Any], payments: Any) -> HttpResponse:
    context |= {"payments": money_queries.in_full(payments), "can_fail": CAN_FAIL, "desk": Payment.DESK}
    return render(request, "billing/receipt.html", context)
