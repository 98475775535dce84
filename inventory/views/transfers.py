"""Goods between branches: send, receive, call back."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from inventory import domain
from inventory.forms import AnswerForm, ReceiveForm, SendForm, SendLines
from inventory.models import Item, Transfer

PAGE = 30


@requires(Permission.INVENTORY_VIEW)
@require_safe
def transfer_list(request: HttpRequest) -> HttpResponse:
    rows = Transfer.objects.visible_to(request.user).select_related("sender", "receiver", "sent_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return reply(request, "inventory/transfers.html", {"page": page})


@requires(Permission.INVENTORY_CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def transfer_new(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = SendForm(data, branch=request.branch)
    lines = SendLines(data, prefix="line", form_kwargs={"user": request.user})
    if data and form.is_valid() and lines.is_valid():
        try:
            transfer = domain.send_transfer(
                by=request.user, branch=request.branch, wanted=lines.wanted, **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("%(number)s is on its way.") % {"number": transfer})
            return go(request, "transfer-detail", transfer.pk)
    options = Item.objects.visible_to(request.user).active()[:20]
    return reply(
        request, "inventory/transfer_new.html", {"form": form, "lines": lines, "options": options},
        status=422 if data else 200,
    )  # fmt: skip


@requires(Permission.INVENTORY_VIEW)
@require_safe
def transfer_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(
    request: HttpRequest, transfer: Transfer, form: ReceiveForm | None = None, status: int = 200
) -> HttpResponse:
    is_ours = transfer.receiver_id == request.branch.pk
    on_its_way = transfer.status == Transfer.Status.IN_TRANSIT
    context = {
        "transfer": transfer,
        "lines": transfer.lines.select_related("batch__item"),
        "form": (form or ReceiveForm(transfer=transfer)) if is_ours and on_its_way else None,
        "may_cancel": on_its_way and not is_ours,
    }
    return reply(request, "inventory/transfer.html", context, status=status)


@requires(Permission.INVENTORY_CHANGE)
@require_POST
@once
def transfer_receive(request: HttpRequest, pk: UUID) -> HttpResponse:
    transfer = _visible(request, pk)
    form = ReceiveForm(request.POST, transfer=transfer)
    if form.is_valid():
        try:
            domain.receive_transfer(
                by=request.user, branch=request.branch, transfer=transfer, received=form.received,
                answer=form.cleaned_data["answer"],
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.field is None:
                raise
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("%(number)s is received.") % {"number": transfer})
            return go(request, "transfer-detail", pk)
    return _page(request, transfer, form, status=422)


@requires(Permission.INVENTORY_CHANGE)
@require_POST
@once
def transfer_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    transfer = _visible(request, pk)
    form = AnswerForm(request.POST)
    domain.cancel_transfer(
        by=request.user, branch=request.branch, transfer=transfer,
        answer=form.cleaned_data["answer"] if form.is_valid() else "",
    )  # fmt: skip
    messages.success(request, _("%(number)s is called back.") % {"number": transfer})
    return go(request, "transfer-detail", pk)


def _visible(request: HttpRequest, pk: UUID) -> Transfer:
    rows = Transfer.objects.visible_to(request.user).select_related(
        "sender", "receiver", "sent_by", "ended_by"
    )
    return get_object_or_404(rows, pk=pk)
