"""Goods sent back, and the debit notes that went with them."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from inventory.models import Supplier
from purchasing import domain, queries
from purchasing.forms import ReturnForm
from purchasing.models import Receipt, Return

PAGE = 50


@requires(Permission.PURCHASING_VIEW)
@require_safe
def return_list(request: HttpRequest) -> HttpResponse:
    words = searched(request.GET)
    found = Return.objects.visible_to(request.user).select_related("supplier")
    if words:
        found = found.matching(words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return reply(request, "purchasing/return_list.html", {"page": page, "q": words})


@requires(Permission.PURCHASING_RECEIVE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def return_new(request: HttpRequest) -> HttpResponse:
    """First whose goods, then how much of which batch; `?receipt=` narrows it to the batches of one delivery."""
    receipt, supplier = _about(request)
    if supplier is None:
        suppliers = Supplier.objects.visible_to(request.user).active()
        return reply(request, "purchasing/return_choose.html", {"suppliers": suppliers})
    batches = queries.batches_from(supplier, request.branch)
    if receipt:
        came = {line.batch_id for line in receipt.lines.all()}
        batches = [batch for batch in batches if batch.pk in came]
    sent = typed(request.POST) if request.method == "POST" else None
    form = ReturnForm(sent, batches=batches)
    if sent is not None and form.is_valid():
        try:
            made = domain.return_goods(
                by=request.user, branch=request.branch, supplier=supplier, receipt=receipt, sent=form.sent,
                reason=form.cleaned_data["reason"], note=form.cleaned_data["note"],
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Debit note %(number)s is written.") % {"number": made.number})
            return go(request, made)
    context = {"form": form, "supplier": supplier, "receipt": receipt, "today": timezone.localdate()}
    return reply(request, "purchasing/return_new.html", context, status=422 if sent is not None else 200)


def _about(request: HttpRequest) -> tuple[Receipt | None, Supplier | None]:
    """The delivery and the supplier that the address names; 404 for others' or none there are."""
    if asked := _id(request, "receipt"):
        receipts = Receipt.objects.visible_to(request.user).accepted().select_related("supplier")
        receipt = get_object_or_404(receipts, pk=asked)
        return receipt, receipt.supplier
    if asked := _id(request, "supplier"):
        return None, get_object_or_404(Supplier.objects.visible_to(request.user), pk=asked)
    return None, None


def _id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


@requires(Permission.PURCHASING_VIEW)
@require_safe
def return_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = Return.objects.visible_to(request.user).select_related("supplier", "receipt", "branch", "by")
    made = get_object_or_404(found, pk=pk)
    return reply(
        request,
        "purchasing/return_detail.html",
        {"made": made, "lines": made.lines.select_related("batch__item")},
    )
