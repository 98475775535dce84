"""Goods coming in, and what is done to one batch: correct it, block it, label it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.audit import notes
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from inventory import domain, labels, queries
from inventory.forms import StockAdjustForm, StockBlockForm, StockChangeForm, StockInForm, StockLabelForm
from inventory.models import Batch, Item


@requires(Permission.INVENTORY_CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def stock_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        form = StockInForm(user=request.user, initial={"item": _first_choice(request)})
        return _stock_in_form(request, form)
    form = StockInForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            domain.stock_in(by=request.user, branch=request.branch, **form.goods)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            item = form.cleaned_data["item"]
            messages.success(request, _("%(item)s is in stock.") % {"item": item})
            return go(request, "item-detail", item.pk)
    return _stock_in_form(request, form, status=422)


def _first_choice(request: HttpRequest) -> str:
    """The name of the item a link asks for by its id."""
    try:
        chosen = UUID(request.GET.get("item", ""))
    except ValueError:
        return ""
    return get_object_or_404(Item.objects.visible_to(request.user), pk=chosen).name


def _stock_in_form(request: HttpRequest, form: StockInForm, status: int = 200) -> HttpResponse:
    options = Item.objects.visible_to(request.user).active()[:20]
    return reply(
        request,
        "inventory/stock_in.html",
        {"form": form, "options": options},
        fragments={"dialog": "dialog"},
        status=status,
    )


@requires(Permission.INVENTORY_CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def stock_adjust(request: HttpRequest, pk: UUID) -> HttpResponse:
    batch = _batch(request, pk)
    form = StockAdjustForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = domain.adjust(
                by=request.user,
                branch=request.branch,
                batch=batch,
                quantity=form.signed_quantity,
                note=form.cleaned_data["note"],
                write_off=form.writes_off,
            )
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            said = _("The stock of %(item)s is corrected.")
            if made.status == made.Status.PENDING:
                said = _("The correction of %(item)s waits for approval.")
            messages.success(request, said % {"item": batch.item})
            return go(request, "item-detail", batch.item_id)
    return _batch_form(request, "inventory/stock_adjust.html", form, batch)


@requires(Permission.INVENTORY_CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def stock_block(request: HttpRequest, pk: UUID) -> HttpResponse:
    batch = _batch(request, pk)
    form = StockBlockForm(request.POST or None, blocked=False)
    if request.method == "POST" and form.is_valid():
        try:
            domain.block_batch(by=request.user, branch=request.branch, batch=batch, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("Batch %(batch)s is blocked.") % {"batch": batch})
            return go(request, "item-detail", batch.item_id)
    return _batch_form(request, "inventory/stock_block.html", form, batch)


@requires(Permission.INVENTORY_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def stock_unblock(request: HttpRequest, pk: UUID) -> HttpResponse:
    batch = _batch(request, pk)
    form = StockBlockForm(request.POST or None, blocked=True)
    if request.method == "POST" and form.is_valid():
        try:
            domain.unblock_batch(by=request.user, branch=request.branch, batch=batch, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("Batch %(batch)s may be used again.") % {"batch": batch})
            return go(request, "item-detail", batch.item_id)
    return _batch_form(request, "inventory/stock_block.html", form, batch)


@requires(Permission.INVENTORY_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def stock_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    batch = _batch(request, pk)
    kept = {name: getattr(batch, name) for name in ("number", "expires_on", "made_on", "mrp", "version")}
    form = StockChangeForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            domain.change_batch(by=request.user, branch=request.branch, batch=batch, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(
                request, _("Batch %(batch)s is put right.") % {"batch": form.cleaned_data["number"]}
            )
            return go(request, "item-detail", batch.item_id)
    return _batch_form(request, "inventory/stock_change.html", form, batch)


@requires(Permission.INVENTORY_VIEW)
@require_safe
@notes.prints(Batch)
def stock_label(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks how many; with `?copies=` the PDF."""
    batch = _batch(request, pk)
    form = StockLabelForm(request.GET if "copies" in request.GET else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "batch": batch}
        return reply(
            request, "inventory/stock_label.html", context, fragments={"dialog": "dialog"}, status=status
        )
    sheet = labels.sheet(batch, form.cleaned_data["copies"], request.branch)
    return HttpResponse(
        sheet,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="labels-{batch.label_code}.pdf"'},
    )


def _batch(request: HttpRequest, pk: UUID) -> Batch:
    return get_object_or_404(Batch.objects.visible_to(request.user).select_related("item"), pk=pk)


def _batch_form(
    request: HttpRequest,
    template: str,
    form: StockAdjustForm | StockBlockForm | StockChangeForm,
    batch: Batch,
) -> HttpResponse:
    return reply(
        request,
        template,
        {"form": form, "batch": batch, "left": queries.left_of(batch, request.branch)},
        fragments={"dialog": "dialog"},
        status=422 if request.method == "POST" else 200,
    )
