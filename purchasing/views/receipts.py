"""Deliveries: the list, one receipt, and the delivery being checked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from purchasing import domain, queries
from purchasing.editing import Sheet
from purchasing.forms import DeliveryForm
from purchasing.models import Receipt

PAGE = 50
SORTS = {"number": "number", "date": "received_on", "supplier": "supplier__name", "total": "total"}


@requires(Permission.PURCHASING_VIEW)
@require_safe
def receipt_list(request: HttpRequest) -> HttpResponse:
    words, show, sort = (searched(request.GET, name) for name in ("q", "show", "sort"))
    found = queries.receipts(request.user, typed=words, show=show)
    if sort.removeprefix("-") in SORTS:
        down = "-" if sort.startswith("-") else ""
        found = found.order_by(down + SORTS[sort.removeprefix("-")], "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "statuses": Receipt.Status.choices, "q": words, "show": show, "sort": sort}
    return reply(request, "purchasing/receipt_list.html", context)


@requires(Permission.PURCHASING_RECEIVE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def receipt_new(request: HttpRequest) -> HttpResponse:
    sent = typed(request.POST) if request.method == "POST" else None
    asked = {name: request.GET.get(name, "")[:36] for name in ("order", "supplier")}
    form = DeliveryForm(sent, user=request.user, initial=asked)
    if sent is not None and form.is_valid():
        try:
            receipt = domain.begin_receipt(by=request.user, branch=request.branch, **form.cleaned_data)
            return go(request, "receipt-edit", receipt.pk)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
    return reply(
        request,
        "purchasing/receipt_new.html",
        {"form": form},
        fragments={"dialog": "dialog"},
        status=422 if sent is not None else 200,
    )


@requires(Permission.PURCHASING_VIEW)
@require_safe
def receipt_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    receipt = _receipt(request, pk)
    lines = receipt.lines.select_related("item", "batch")
    context = {"receipt": receipt, "lines": lines, "returns": receipt.returns.order_by("pk")}
    return reply(request, "purchasing/receipt_detail.html", context)


def _receipt(request: HttpRequest, pk: UUID) -> Receipt:
    found = Receipt.objects.visible_to(request.user).select_related(
        "supplier", "order", "branch__registration", "written_by", "verified_by"
    )
    return get_object_or_404(found, pk=pk)


@requires(Permission.PURCHASING_RECEIVE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def receipt_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What came, line by line; its POST saves what was counted so far and adds the line that was typed below."""
    receipt = _receipt(request, pk)
    if request.method != "POST":
        return _page(request, Sheet(receipt, request.user)) if receipt.is_pending else redirect(receipt)
    return _save(request, receipt)


@requires(Permission.PURCHASING_RECEIVE)
@require_POST
@once
def receipt_accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save what was typed and take it into stock: both or neither."""
    return _save(request, _receipt(request, pk), then="accept")


def _save(request: HttpRequest, receipt: Receipt, then: str = "") -> HttpResponse:
    sheet = Sheet(receipt, request.user, typed(request.POST))
    if not sheet.is_valid():
        return _page(request, sheet, status=422)
    try:
        with transaction.atomic():
            saved = domain.edit_receipt(
                by=request.user, receipt=receipt, version=sheet.head.cleaned_data["version"], terms=sheet.head.terms,
                lines=sheet.lines, added=sheet.add.lines,
            )  # fmt: skip
            if then:
                saved = domain.accept_receipt(by=request.user, receipt=saved)
    except Refusal as refusal:
        return _refused(request, receipt, refusal)
    if not then:
        return go(request, "receipt-edit", receipt.pk)
    messages.success(request, _("%(number)s: the goods are in stock.") % {"number": saved.number})
    return go(request, "receipt-detail", receipt.pk)


def _refused(request: HttpRequest, receipt: Receipt, refusal: Refusal) -> HttpResponse:
    """What was typed over the delivery as it now stands, with the refusal beside its field."""
    now = Receipt.objects.visible_to(request.user).filter(pk=receipt.pk).first()
    if now is None or not now.is_pending:
        raise refusal
    now = _receipt(request, receipt.pk)
    data = typed(request.POST).copy()
    if isinstance(refusal, Stale):
        data["version"] = str(now.version)
    sheet = Sheet(now, request.user, data)
    sheet.is_valid()
    sheet.tell(refusal.message, refusal.field)
    return _page(request, sheet, status=422)


def _page(request: HttpRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"sheet": sheet, "receipt": sheet.document, "form": sheet.head}
    return reply(request, "purchasing/receipt_edit.html", context, status=status)


@requires(Permission.PURCHASING_RECEIVE)
@require_POST
def receipt_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    domain.discard_receipt(by=request.user, receipt=_receipt(request, pk))
    messages.success(request, _("The delivery is discarded."))
    return go(request, "receipt-list")
