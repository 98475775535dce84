"""Refunds from the request to the payout, and putting payments right: each step asks for what it needs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import domain, held, money_queries
from billing.models import Payment, Refund
from billing.refund_forms import (
    ApproveForm,
    ByHandForm,
    CorrectForm,
    FailForm,
    PayOutForm,
    RefundFilter,
    RefundForm,
    RejectForm,
)
from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.money import rupees
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from staff.confirming import confirmed

PER_PAGE = 50
ASKS = ["GET", "HEAD", "POST"]


def _step(
    request: HttpRequest, form: forms.Form, verb: Callable[..., Model], *, title: str, label: str, about: Any, lead: str = ""
) -> HttpResponse:  # fmt: skip
    """A short form on a page of its own or in the dialog, and its verb once it is filled in."""
    if form.is_bound and form.is_valid():
        try:
            done = verb(**form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Done."))
            return go(request, done)
    context = {
        "form": form,
        "title": title,
        "label": label,
        "back": about.get_absolute_url(),
        "lead": lead,
        "customer": about.customer,
    }
    return reply(
        request, "billing/money_step.html", context, fragments={"dialog": "dialog"}, status=422 if form.is_bound else 200
    )  # fmt: skip


def _sent(request: HttpRequest) -> Any:
    return typed(request.POST) if request.method == "POST" else None


def _payment(request: HttpRequest, pk: UUID) -> Payment:
    found = Payment.objects.visible_to(request.user).select_related("customer", "branch")
    return get_object_or_404(found, pk=pk)


def _refund(request: HttpRequest, pk: UUID) -> Refund:
    found = Refund.objects.visible_to(request.user).select_related("customer", "payment__receipt", "branch")
    return get_object_or_404(found, pk=pk)


@requires(Permission.BILLING_REFUND)
@require_http_methods(ASKS)
@once
def request_refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask to give back part of a payment."""
    payment = _payment(request, pk)
    free = held.free(payment)

    def ask(**known: Any) -> Refund:
        return domain.request_refund(by=request.user, payment=payment, **known)

    lead = _("%(free)s of this payment of %(amount)s can be given back.")
    return _step(
        request, RefundForm(_sent(request), payment=payment, free=free), ask, title=_("Ask for a refund"),
        label=_("Ask"), about=payment, lead=lead % {"free": rupees(free), "amount": rupees(payment.amount)},
    )  # fmt: skip


@requires(Permission.BILLING_COLLECT)
@require_http_methods(ASKS)
@once
def correct_payment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put right in which mode a payment came, before its drawer is closed."""
    payment = _payment(request, pk)

    def correct(**known: Any) -> Payment:
        return domain.correct_payment(by=request.user, payment=payment, **known).payment

    lead = _("%(amount)s was recorded as %(mode)s. What it was before stays on record.")
    return _step(
        request, CorrectForm(_sent(request)), correct, title=_("Put the mode right"), label=_("Put right"), about=payment,
        lead=lead % {"amount": rupees(payment.amount), "mode": payment.get_mode_display()},
    )  # fmt: skip


@requires(Permission.BILLING_APPROVE)
@require_http_methods(ASKS)
@once
def fail_payment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reverse a payment that never came."""
    payment = _payment(request, pk)

    def fail(**known: Any) -> Refund:
        return domain.fail_payment(by=request.user, payment=payment, **known)

    return _step(
        request, FailForm(_sent(request)), fail, title=_("This money never came"), label=_("Reverse it"), about=payment,
        lead=_("What it paid is due again. This can't be taken back."),
    )  # fmt: skip


@requires(Permission.BILLING_APPROVE)
@require_http_methods(ASKS)
@once
def approve_refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to a refund that somebody else asked for."""
    refund = _refund(request, pk)

    def approve(**known: Any) -> Refund:
        return domain.approve_refund(by=request.user, refund=refund, **known)

    form = ApproveForm(_sent(request), initial={"version": refund.version})
    return _step(request, form, approve, title=_("Agree to the refund"), label=_("Agree"), about=refund)


@requires(Permission.BILLING_APPROVE)
@require_http_methods(ASKS)
@once
def reject_refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Turn a refund down before it is paid out."""
    refund = _refund(request, pk)

    def reject(**known: Any) -> Refund:
        return domain.reject_refund(by=request.user, refund=refund, **known)

    form = RejectForm(_sent(request), initial={"version": refund.version})
    return _step(request, form, reject, title=_("Turn the refund down"), label=_("Turn down"), about=refund)


@requires(Permission.BILLING_REFUND)
@require_http_methods(ASKS)
@confirmed
@notes.reads(Refund)
@once
def process_refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pay out a refund that was agreed to."""
    refund = _refund(request, pk)

    def pay_out(**known: Any) -> Refund:
        return domain.process_refund(by=request.user, refund=refund, **known)

    lead = _("Give %(amount)s to %(name)s, %(mode)s.")
    names = {
        "amount": rupees(refund.amount),
        "name": refund.customer.full_name,
        "mode": refund.get_mode_display(),
    }
    return _step(
        request, PayOutForm(_sent(request)), pay_out, title=_("Pay out"), label=_("Paid out"), about=refund, lead=lead % names
    )  # fmt: skip


@requires(Permission.BILLING_REFUND)
@require_POST
@confirmed
def refund_online(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it back through the gateway. No form key: what the gateway said must stay even where it refused, and asking
    twice gives one refund."""
    refund = domain.refund_online(by=request.user, refund=_refund(request, pk))
    if refund.status == Refund.Status.PROCESSED:
        messages.success(request, _("The gateway gives it back."))
    else:
        messages.error(request, _("The gateway refuses: %(said)s") % {"said": refund.gateway_said})
    return go(request, refund)


@requires(Permission.BILLING_REFUND)
@require_POST
def reconcile_refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the gateway how far a refund is."""
    refund = domain.reconcile_refund(by=request.user, refund=_refund(request, pk))
    messages.success(request, _("The gateway says: %(state)s.") % {"state": refund.at_gateway})
    return go(request, refund)


@requires(Permission.BILLING_REFUND)
@require_http_methods(ASKS)
@confirmed
@notes.reads(Refund)
@once
def refund_by_hand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give over the desk what the gateway won't give back."""
    refund = _refund(request, pk)

    def give(**known: Any) -> Refund:
        return domain.refund_by_hand(by=request.user, refund=refund, **known)

    lead = _(
        "Give %(amount)s to %(name)s. It is taken from your drawer, and nothing more goes through the gateway."
    )
    names = {"amount": rupees(refund.amount), "name": refund.customer.full_name}
    return _step(
        request, ByHandForm(_sent(request)), give, title=_("Give it by hand"), label=_("Paid out"), about=refund,
        lead=lead % names,
    )  # fmt: skip


@requires(Permission.BILLING_VIEW)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    """Refunds, those that wait first."""
    filters = RefundFilter(typed(request.GET))
    wanted = filters.wanted()
    page = Paginator(money_queries.refunds(user=request.user, **wanted), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return reply(
        request, "billing/refunds.html", {"page": page, "filters": filters, **wanted}, fragments={"refunds": "refunds"}
    )  # fmt: skip


@requires(Permission.BILLING_VIEW)
@require_GET
@notes.reads(Refund)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = Refund.objects.visible_to(request.user).select_related(
        "customer", "payment__receipt", "requested_by", "decided_by", "processed_by", "invoice", "note"
    )
    refund = get_object_or_404(found, pk=pk)
    return render(request, "billing/refund.html", {"refund": refund})
