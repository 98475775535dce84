"""Paying online without signing in: the page of one payment, the way back from the gateway, and its webhook."""

from contextlib import suppress
from typing import Any

from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from billing import domain, pay_links, webhooks
from billing.models import OnlinePayment
from billing.tasks import hand_over
from clinic.forms import typed
from clinic.gateways import dummy, razorpay, razorpay_signatures
from clinic.permissions import public
from clinic.refusals import Refusal

Status = OnlinePayment.Status
TO_THE_GATEWAY: Any = {"form-action": ["https://api.razorpay.com"]}


class DummyForm(forms.Form):
    vpa = forms.CharField(label=_("UPI id"), max_length=60)


def _asked(pay_token: str) -> OnlinePayment:
    online = pay_links.found(pay_token)
    if online is None:
        raise Http404
    return online


@public(
    "Whoever was sent the signed address pays by it; it names the amount and the clinic, nobody else's data."
)
@never_cache
@csp_update(TO_THE_GATEWAY)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pay_token: str) -> HttpResponse:
    """What is to be paid and how far that is. With the dummy gateway it is paid here."""
    online = _asked(pay_token)
    form = DummyForm(typed(request.POST) if request.method == "POST" else None)
    if request.method == "POST":
        if online.gateway != OnlinePayment.Gateway.DUMMY or not _may_pay(online):
            raise Refusal(str(_("This payment is settled already.")))
        if form.is_valid():
            told = dummy.pay(form.cleaned_data["vpa"], online.amount, online.pk)
            online = domain.note_payment(by=None, online=online, told=told)
            if online.status == Status.SUCCEEDED:
                return redirect("pay-page", pay_token)
            form.add_error("vpa", online.failure)
    status = 422 if request.method == "POST" else 200
    return _shown(request, online, pay_token, form, status)


def _may_pay(online: OnlinePayment) -> bool:
    return online.status in domain.OPEN_ONLINE and not _has_expired(online)


def _has_expired(online: OnlinePayment) -> bool:
    return bool(online.expires_at and online.expires_at < timezone.now())


def _shown(
    request: HttpRequest, online: OnlinePayment, pay_token: str, form: DummyForm, status: int
) -> HttpResponse:
    context = {
        "online": online,
        "pay_token": pay_token,
        "form": form,
        "may_pay": _may_pay(online),
        "has_expired": _has_expired(online) or online.status in (Status.EXPIRED, Status.CANCELLED),
        "is_dummy": online.gateway == OnlinePayment.Gateway.DUMMY,
        "checkout_url": razorpay.checkout_url(),
        "key_id": settings.RAZORPAY_KEY_ID,
        "paise": int(online.amount * 100),
        "back": request.build_absolute_uri(f"{request.path}back/"),
    }
    return render(request, "billing/pay.html", context, status=status)


@csrf_exempt
@public(
    "The gateway sends the browser back here; what it brings is signed, and believed only to be looked up."
)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest, pay_token: str) -> HttpResponse:
    """The browser's return. Its word books nothing: it only has the gateway asked at once instead of later."""
    online = _asked(pay_token)
    if _is_signed(request, online) and online.status in domain.OPEN_ONLINE:
        with suppress(Refusal):  # the gateway doesn't answer now; its webhook or the job will tell
            domain.reconcile_online(by=None, online=online)
    return redirect("pay-page", pay_token)


def _is_signed(request: HttpRequest, online: OnlinePayment) -> bool:
    sent, secret = {**request.GET.dict(), **request.POST.dict()}, settings.RAZORPAY_KEY_SECRET
    if online.gateway_link:
        return razorpay_signatures.payment_link_is_genuine(
            link_id=online.gateway_link,
            reference_id=sent.get("razorpay_payment_link_reference_id", ""),
            status=sent.get("razorpay_payment_link_status", ""),
            payment_id=sent.get("razorpay_payment_id", ""),
            signature=sent.get("razorpay_signature", ""),
            secret=secret,
        )
    return razorpay_signatures.checkout_is_genuine(
        order_id=online.gateway_order,
        payment_id=sent.get("razorpay_payment_id", ""),
        signature=sent.get("razorpay_signature", ""),
        secret=secret,
    )


@csrf_exempt
@public("The gateway tells what became of payments; every message is signed over its raw bytes.")
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Check the signature over the raw body, keep the message by its id, answer at once; a job works it through."""
    if int(request.headers.get("Content-Length") or 0) > webhooks.MOST:
        return HttpResponse(status=413)
    body, signature = request.body, request.headers.get("X-Razorpay-Signature", "")
    if not razorpay_signatures.webhook_is_genuine(body, signature, settings.RAZORPAY_WEBHOOK_SECRETS):
        return HttpResponse(status=400)
    event_id = request.headers.get("X-Razorpay-Event-Id", "").replace("\0", "")
    try:
        event = webhooks.take_down(event_id, body)
    except webhooks.Unreadable:
        return HttpResponse(status=400)
    if event:
        hand_over(event.pk)
    return HttpResponse(status=200)
