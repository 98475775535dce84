"""What customers have with the house: advances, store credit, gift cards, points; and using it on a bill."""

import time
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import domain, held, money_queries, purse
from billing.models import Invoice, Payment, StoredValue
from billing.payment_forms import CodeForm, GiftCardForm, PaymentForm
from billing.refund_forms import AdvanceFilter, StoredFilter
from billing.views import bills
from billing.views.money import ask_whom, chosen
from clinic import spreadsheets
from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.money import rupees
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers.models import Customer
from staff.confirming import confirmed

PER_PAGE = 50
MISSES, WITHIN = 10, 600  # wrong codes of gift cards in a sign-in, and for how many seconds they count


def _card(request: HttpRequest, code: str) -> StoredValue:
    """The gift card with that code. Whoever guesses is stopped: wrong codes are counted in the session."""
    now = time.time()
    missed = [at for at in request.session.get("missed_codes", []) if at > now - WITHIN]
    if len(missed) >= MISSES:
        raise Refusal(_("Too many wrong codes. Wait ten minutes and try again."), field="code")
    found = purse.card(code, request.branch)
    if found is None:
        request.session["missed_codes"] = [*missed, now]
    return purse.check_card(found, timezone.localdate(timezone=request.branch.zone))


@requires(Permission.BILLING_COLLECT)
@require_POST
@once
def use(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pay what is due on a bill from what the customer has here: an advance, store credit, or a gift card."""
    invoice = bills.visible(request, pk)
    sent = typed(request.POST)
    try:
        paid = _use(request, invoice, sent.get("what", ""), sent.get("code", ""))
    except Refusal as refusal:
        invoice.refresh_from_db()
        context = bills.shown(request, invoice, PaymentForm())
        context |= {"use_error": refusal.message, "code_typed": sent.get("code", "")}
        return render(request, "billing/detail.html", context, status=422)
    messages.success(request, _("%(amount)s is used for this invoice.") % {"amount": rupees(paid)})
    return go(request, "invoice-detail", pk)


def _use(request: HttpRequest, invoice: Invoice, what: str, code: str) -> Decimal:
    """How much of it there was, up to what is due."""
    kind, _colon, key = what.partition(":")
    if kind == "advance":
        payment = get_object_or_404(Payment.objects.visible_to(request.user), pk=_uuid(key))
        amount = min(held.free(payment), invoice.due)
        return domain.apply(by=request.user, payment=payment, invoice=invoice, amount=amount).amount
    if kind == "card":
        lot = _card(request, code)
        new = domain.NewPayment(Payment.Mode.GIFT_CARD, min(lot.balance, invoice.due), code=lot.code)
    elif kind == "credit":
        credit = held.of(invoice.customer_id, request.branch).credit
        new = domain.NewPayment(Payment.Mode.STORE_CREDIT, min(credit, invoice.due))
    else:
        raise Refusal(_("Choose what is used."))
    if invoice.due <= 0:
        raise Refusal(_("This invoice is already paid in full."))
    domain.collect(by=request.user, invoice=invoice, payments=[new])
    return new.amount


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@requires(Permission.BILLING_VIEW)
@require_GET
def advances(request: HttpRequest) -> HttpResponse:
    """Money that has gone to no bill yet."""
    filters = AdvanceFilter(typed(request.GET))
    wanted = filters.wanted()
    found = money_queries.advances(user=request.user, **wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    total = held.liability(request.branch, timezone.localdate(timezone=request.branch.zone))["advances"]
    return reply(
        request, "billing/advances.html", {"page": page, "filters": filters, "total": total, **wanted},
        fragments={"advances": "advances"},
    )  # fmt: skip


@requires(Permission.BILLING_EXPORT)
@require_GET
@confirmed(reading=True)
@notes.exports(Payment)
def export_advances(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed now, as a CSV file. Who took it, and how many, is kept."""
    rows = money_queries.advances(user=request.user, **AdvanceFilter(typed(request.GET)).wanted())
    domain.note_export(by=request.user, branch=request.branch, count=rows.count())
    columns = [name.split("__")[-1] for name in money_queries.EXPORTED]
    name = f"advances-{timezone.localdate():%Y-%m-%d}"
    return spreadsheets.csv_file(name, columns, rows.values_list(*money_queries.EXPORTED).iterator(500))


@requires(Permission.BILLING_VIEW)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    """Stored value, and what the house owes in it."""
    filters = StoredFilter(typed(request.GET))
    wanted = filters.wanted()
    page = Paginator(money_queries.stored(user=request.user, **wanted), PER_PAGE).get_page(
        request.GET.get("page")
    )
    today = timezone.localdate(timezone=request.branch.zone)
    context = {
        "page": page,
        "filters": filters,
        "owed": held.liability(request.branch, today),
        "today": today,
        **wanted,
    }
    return reply(request, "billing/stored.html", context, fragments={"stored": "stored"})


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(StoredValue)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One lot with its entries. The code of a gift card is shown to whoever may take money with it."""
    found = StoredValue.objects.visible_to(request.user).select_related("customer", "receipt__customer")
    lot = get_object_or_404(found, pk=pk)
    entries = lot.entries.select_related("payment", "refund", "invoice", "note", "by")
    today = timezone.localdate(timezone=request.branch.zone)
    return render(request, "billing/stored_value.html", {"lot": lot, "entries": entries, "today": today})


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Customer, part=True)
def of_customer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel on a customer's page: what they have here."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    context = {
        "customer": customer,
        "held": held.of(customer.pk, request.branch),
        "cards": held.cards_of(customer.pk, request.user),
    }
    return reply(request, "billing/held_of_customer.html", context, fragments={"customer-stored": "panel"})


@requires(Permission.BILLING_COLLECT)
@require_http_methods(["GET", "POST"])
@once
def sell(request: HttpRequest) -> HttpResponse:
    """Sell a gift card to a customer."""
    customer = chosen(request)
    if customer is None:
        return ask_whom(request, _("Sell a gift card"), _("Who buys it?"), "gift-new")
    sent = typed(request.POST) if request.method == "POST" else None
    form, payment = GiftCardForm(sent), PaymentForm(sent, fixed=True)
    if sent is not None and form.is_valid() and payment.is_valid():
        worth = form.cleaned_data["worth"]
        try:
            card = domain.sell_gift_card(
                by=request.user, branch=request.branch, customer=customer, amount=worth, payments=payment.payments(worth)
            )  # fmt: skip
        except Refusal as refusal:
            if not form.tell(refusal.message, refusal.field):
                payment.tell(refusal.message, refusal.field)
        else:
            messages.success(
                request, _("The gift card is sold. Its code is %(code)s.") % {"code": card.code_shown}
            )
            return go(request, card)
    context = {"customer": customer, "form": form, "payment": payment}
    return render(request, "billing/gift_card.html", context, status=422 if sent is not None else 200)


@requires(Permission.BILLING_COLLECT)
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """What is left on a gift card, by its code; sent as a form, so that no log keeps the code."""
    form = CodeForm(typed(request.POST) if request.method == "POST" else None)
    card = None
    if form.is_bound and form.is_valid():
        try:
            card = _card(request, form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error("code", refusal.message)
    status = 422 if form.is_bound and card is None else 200
    return render(request, "billing/gift_find.html", {"form": form, "card": card}, status=status)
