"""Steps that are taken for a reason: each asks for it, then goes back to the document."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from purchasing import domain
from purchasing.forms import ReasonForm
from purchasing.models import Order, Receipt


def _asking(
    request: HttpRequest, document: models.Model, title: Any, verb: Callable[..., Any], name: str
) -> HttpResponse:
    """The form for the reason, and the verb once there is one. `name` is what the verb calls the document."""
    sent = typed(request.POST) if request.method == "POST" else None
    form = ReasonForm(sent)
    if sent is not None and form.is_valid():
        try:
            done = verb(by=request.user, reason=form.cleaned_data["reason"], **{name: document})
        except Refusal as refusal:
            if refusal.field not in form.fields:
                raise
            form.add_error(refusal.field, refusal.message)
        else:
            state = done.get_status_display()
            messages.success(request, _("%(document)s: %(state)s.") % {"document": done, "state": state})
            return go(request, done)
    return reply(
        request,
        "purchasing/reason.html",
        {"form": form, "document": document, "title": title},
        fragments={"dialog": "dialog"},
        status=422 if sent is not None else 200,
    )


def _order(request: HttpRequest, pk: UUID) -> Order:
    return get_object_or_404(Order.objects.visible_to(request.user), pk=pk)


@requires(Permission.PURCHASING_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def order_send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _asking(request, _order(request, pk), gettext_lazy("Send back"), domain.send_back_order, "order")


@requires(Permission.PURCHASING_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def order_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _asking(request, _order(request, pk), gettext_lazy("Cancel order"), domain.cancel_order, "order")


@requires(Permission.PURCHASING_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def order_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _asking(request, _order(request, pk), gettext_lazy("Close the rest"), domain.close_order, "order")


@requires(Permission.PURCHASING_RECEIVE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def receipt_reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    receipt = get_object_or_404(Receipt.objects.visible_to(request.user), pk=pk)
    return _asking(request, receipt, gettext_lazy("Reject delivery"), domain.reject_receipt, "receipt")
