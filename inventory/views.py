"""Stock as people see it: the list, one item, goods coming in, corrections."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.forms import searched
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from clinic.spreadsheets import csv_file
from inventory import domain, queries
from inventory.forms import StockAdjustForm, StockInForm
from inventory.models import Batch, Item, ItemQuerySet

PAGE = 50
SORTS = {"name": "name", "stock": "in_stock", "reorder": "reorder_level", "expiry": "first_expiry"}


@requires(Permission.INVENTORY_VIEW)
@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    items, asked = _asked(request)
    page = Paginator(items, PAGE).get_page(request.GET.get("page"))
    return reply(
        request,
        "inventory/list.html",
        {
            "page": page,
            "lines": [queries.line(item, today) for item in page],
            "figures": queries.figures(request.branch, today),
            "categories": Item.Category.choices,
            **asked,
        },
    )


@requires(Permission.INVENTORY_VIEW)
@require_safe
def item_export(request: HttpRequest) -> HttpResponse:
    items, _asked_for = _asked(request)
    head = [
        _("Item"), _("Category"), _("SKU"), _("HSN"), _("Unit"), _("Reorder level"), _("Batch"), _("Expires on"),
        _("Supplier"), _("Quantity"), _("Unit cost"), _("Value at cost"),
    ]  # fmt: skip
    return csv_file(f"stock-{timezone.localdate()}", head, queries.stock_rows(items, request.branch))


def _asked(request: HttpRequest) -> tuple[ItemQuerySet, dict[str, Any]]:
    """The items the query string asks for, and what it asked."""
    today = timezone.localdate()
    asked = {name: searched(request.GET, name) for name in ("q", "only", "category", "sort")}
    asked["sort"] = asked["sort"] if asked["sort"].removeprefix("-") in SORTS else "name"
    items = Item.objects.visible_to(request.user).active()
    items = items.with_stock_at(request.branch, today).with_first_batch_at(request.branch, today)
    items = queries.narrowed(
        items, typed=asked["q"], only=asked["only"], category=asked["category"], today=today
    )
    down = "-" if asked["sort"].startswith("-") else ""
    order = [down + SORTS[asked["sort"].removeprefix("-")], "name", "pk"]
    return items.select_related("tax_category").order_by(*order), asked


@requires(Permission.INVENTORY_CHANGE)
@require_safe
def item_options(request: HttpRequest) -> HttpResponse:
    """Suggestions for an item being typed."""
    items = Item.objects.visible_to(request.user).active()
    typed = searched(request.GET, "item")
    if typed:
        items = items.matching(typed)
    return reply(request, "inventory/_options.html", {"options": items[:20]})


@requires(Permission.INVENTORY_VIEW)
@require_safe
def item_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    today = timezone.localdate()
    items = Item.objects.visible_to(request.user).select_related("tax_category")
    items = items.with_stock_at(request.branch, today).with_first_batch_at(request.branch, today)
    item = get_object_or_404(items, pk=pk)
    history = Paginator(queries.history(request.branch, item=item), PAGE)
    return reply(
        request,
        "inventory/detail.html",
        {
            "item": item,
            "line": queries.line(item, today),
            "batches": queries.batches_at(item, request.branch),
            "page": history.get_page(request.GET.get("page")),
            "today": today,
        },
    )


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
            domain.stock_in(by=request.user, branch=request.branch, **form.cleaned_data)
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
    batch = get_object_or_404(Batch.objects.visible_to(request.user).select_related("item"), pk=pk)
    form = StockAdjustForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.adjust(
                by=request.user,
                branch=request.branch,
                batch=batch,
                quantity=form.signed_quantity,
                note=form.cleaned_data["note"],
            )
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("The stock of %(item)s is corrected.") % {"item": batch.item})
            return go(request, "item-detail", batch.item_id)
    return reply(
        request,
        "inventory/stock_adjust.html",
        {"form": form, "batch": batch, "left": queries.left_of(batch, request.branch)},
        fragments={"dialog": "dialog"},
        status=422 if request.method == "POST" else 200,
    )
