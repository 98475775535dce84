"""Orders: the list, one order, and the draft under somebody's hands."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from inventory.models import Item
from purchasing import domain, queries
from purchasing.editing import Sheet
from purchasing.forms import OrderStartForm
from purchasing.models import BuyingRules, Order
from purchasing.words import mail_url, whatsapp_url

PAGE = 50
SORTS = {
    "number": "number",
    "date": "ordered_on",
    "supplier": "supplier__name",
    "expected": "expected_on",
    "total": "total",
}


@requires(Permission.PURCHASING_VIEW)
@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    words, show, sort = (searched(request.GET, name) for name in ("q", "show", "sort"))
    found = queries.orders(request.user, typed=words, show=show, today=today)
    if sort.removeprefix("-") in SORTS:
        down = "-" if sort.startswith("-") else ""
        found = found.order_by(down + SORTS[sort.removeprefix("-")], "-pk")
    return reply(
        request,
        "purchasing/order_list.html",
        {
            "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
            "figures": queries.order_figures(request.user, today),
            "statuses": Order.Status.choices,
            "today": today,
            "q": words,
            "show": show,
            "sort": sort,
        },
    )


@requires(Permission.PURCHASING_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def order_new(request: HttpRequest) -> HttpResponse:
    sent = typed(request.POST) if request.method == "POST" else None
    form = OrderStartForm(sent, user=request.user, initial={"supplier": request.GET.get("supplier", "")[:36]})
    if sent is not None and form.is_valid():
        try:
            order = domain.draft_order(by=request.user, branch=request.branch, **form.cleaned_data)
            return go(request, "order-edit", order.pk)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
    return reply(
        request,
        "purchasing/order_new.html",
        {"form": form},
        fragments={"dialog": "dialog"},
        status=422 if sent is not None else 200,
    )


@requires(Permission.PURCHASING_VIEW)
@require_safe
def order_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    order = _order(request, pk)
    return reply(
        request,
        "purchasing/order_detail.html",
        {
            "order": order,
            "lines": order.lines.select_related("item"),
            "steps": order.steps.select_related("by"),
            "receipts": order.receipts.order_by("pk"),
            "can": {verb: order.can(verb) for verb in Order.TRANSITIONS},
            "is_mine": request.user.pk in (order.written_by_id, order.submitted_by_id),
            "limit": BuyingRules.of(order.branch).approval_limit,
            "whatsapp": whatsapp_url(order),
            "mail": mail_url(order),
            "today": timezone.localdate(),
        },
    )


def _order(request: HttpRequest, pk: UUID) -> Order:
    found = Order.objects.visible_to(request.user).select_related(
        "supplier", "branch__registration", "written_by", "submitted_by", "approved_by"
    )
    return get_object_or_404(found, pk=pk)


@requires(Permission.PURCHASING_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def order_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft; its POST saves what was typed and adds the line that was typed below."""
    order = _order(request, pk)
    if request.method != "POST":
        return (
            _page(request, Sheet(order, request.user)) if order.can("edit") else redirect("order-detail", pk)
        )
    return _save(request, order)


@requires(Permission.PURCHASING_ORDER)
@require_POST
@once
def order_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save what was typed and submit it: both or neither."""
    return _save(request, _order(request, pk), then="submit")


def _save(request: HttpRequest, order: Order, then: str = "") -> HttpResponse:
    sheet = Sheet(order, request.user, typed(request.POST))
    if not sheet.is_valid():
        return _page(request, sheet, status=422)
    try:
        with transaction.atomic():
            saved = domain.edit_order(
                by=request.user,
                order=order,
                lines=sheet.lines,
                added=sheet.add.lines,
                **sheet.head.cleaned_data,
            )
            if then:
                saved = domain.submit_order(by=request.user, order=saved)
    except Refusal as refusal:
        return _refused(request, order, refusal)
    if not then:
        return go(request, "order-edit", order.pk)
    waits = saved.status == Order.Status.SUBMITTED
    said = _("%(number)s waits for approval.") if waits else _("%(number)s can be sent.")
    messages.success(request, said % {"number": saved.number})
    return go(request, "order-detail", order.pk)


def _refused(request: HttpRequest, order: Order, refusal: Refusal) -> HttpResponse:
    """What was typed over the order as it now stands, with the refusal beside its field."""
    now = _order(request, order.pk)
    if not now.can("edit"):
        raise refusal
    data = typed(request.POST).copy()
    if isinstance(refusal, Stale):
        data["version"] = str(now.version)
    sheet = Sheet(now, request.user, data)
    sheet.is_valid()
    sheet.tell(refusal.message, refusal.field)
    return _page(request, sheet, status=422)


def _page(request: HttpRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"sheet": sheet, "order": sheet.document, "form": sheet.head}
    return reply(request, "purchasing/order_edit.html", context, status=status)


@requires(Permission.PURCHASING_APPROVE)
@require_POST
@once
def order_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    order = domain.approve_order(by=request.user, order=_order(request, pk))
    messages.success(request, _("%(number)s is approved.") % {"number": order.number})
    return go(request, "order-detail", pk)


@requires(Permission.PURCHASING_VIEW)
@require_safe
def purchase_items(request: HttpRequest) -> HttpResponse:
    """Suggestions for an item being typed."""
    items = Item.objects.visible_to(request.user).active()
    words = searched(request.GET, "add-item")
    if words:
        items = items.matching(words)
    return reply(request, "purchasing/_options.html", {"options": items[:20]})
