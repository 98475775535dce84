"""The list of items, one item, and the item master."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import price_pages, prices
from clinic.audit import notes
from clinic.forms import searched
from clinic.forms import typed as as_typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from inventory import domain, queries
from inventory.forms import ItemForm
from inventory.models import Item, ItemQuerySet, Movement
from staff.queries import saved_views

from .files import as_file

PAGE = 50
SORTS = {"name": "name", "stock": "in_stock", "reorder": "reorder_level", "expiry": "first_expiry"}


@requires(Permission.INVENTORY_VIEW)
@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    items, asked = _asked(request)
    figures = queries.figures(request.branch, today, items)
    pages = Paginator(items, PAGE)
    pages.count = figures.items
    page = pages.get_page(request.GET.get("page"))
    return reply(
        request,
        "inventory/list.html",
        {
            "page": page,
            "lines": [queries.line(item, today) for item in page],
            "figures": figures,
            "categories": Item.Category.choices,
            "saved": saved_views(user=request.user, page="item-list", asked=request.GET),
            **asked,
        },
    )


@requires(Permission.INVENTORY_EXPORT)
@require_safe
@notes.exports(Item)
def item_export(request: HttpRequest) -> HttpResponse:
    """Items with their batches, titled as the imports of items and of opening stock read them."""
    items, _asked_for = _asked(request)
    head = [
        _("Item"), _("Category"), _("Tax category"), _("SKU"), _("Barcode"), _("HSN"), _("Price"), _("MRP"), _("Use"),
        _("Base unit"), _("Unit code"), _("Pack"), _("Units in a pack"), _("Reorder level"), _("Maximum stock"),
        _("Generic name"), _("Composition"), _("Form"), _("Strength"), _("Manufacturer"), _("Storage"), _("Batch"),
        _("Made on"), _("Expires on"), _("Supplier"), _("Quantity"), _("Unit cost"), _("Value at cost"),
    ]  # fmt: skip
    return as_file(request, f"stock-{timezone.localdate()}", head, queries.stock_rows(items, request.branch))


def _asked(request: HttpRequest) -> tuple[ItemQuerySet, dict[str, Any]]:
    """The items the query string asks for, and what it asked."""
    today = timezone.localdate()
    asked = {name: searched(request.GET, name) for name in ("q", "only", "category", "sort")}
    asked["sort"] = asked["sort"] if asked["sort"].removeprefix("-") in SORTS else "name"
    items = Item.objects.visible_to(request.user)
    items = items.filter(is_active=asked["only"] != "gone")
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
    """Suggestions for an item being typed; the name of the field is that of its row where a form has several."""
    items = Item.objects.visible_to(request.user).active()
    name = next((name for name in request.GET if name == "item" or name.endswith("-item")), "item")
    words = searched(request.GET, name)
    if words:
        items = items.matching(words)
    return reply(request, "inventory/_options.html", {"options": items[:20]})


@requires(Permission.INVENTORY_VIEW)
@require_safe
def item_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    today = timezone.localdate()
    items = Item.objects.visible_to(request.user).select_related("tax_category")
    items = items.with_stock_at(request.branch, today).with_first_batch_at(request.branch, today)
    item = get_object_or_404(items, pk=pk)
    kind = searched(request.GET, "kind")
    history = Paginator(queries.history(request.branch, item=item, kind=kind), PAGE)
    return reply(
        request,
        "inventory/detail.html",
        {
            "item": item,
            "price": prices.price_at(item, request.branch, today),
            "line": queries.line(item, today),
            "batches": queries.batches_at(item, request.branch),
            "page": history.get_page(request.GET.get("page")),
            "kinds": Movement.Kind.choices,
            "kind": kind,
            "today": today,
        },
    )


@requires(Permission.INVENTORY_CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def item_new(request: HttpRequest) -> HttpResponse:
    form = ItemForm(as_typed(request.POST) if request.method == "POST" else None, user=request.user)
    form.instance.organisation_id = request.branch.organisation_id
    if request.method == "POST" and form.is_valid():
        try:
            item = domain.add_item(by=request.user, branch=request.branch, **form.given)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("%(item)s is on the list.") % {"item": item})
            return go(request, "item-detail", item.pk)
    return _item_form(request, form)


@requires(Permission.SETTINGS_CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def item_price(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What it costs at this branch."""
    item = get_object_or_404(Item.objects.visible_to(request.user), pk=pk)
    return price_pages.answer(request, item, domain.set_price, back=reverse("item-detail", args=[pk]))


@requires(Permission.INVENTORY_CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    item = get_object_or_404(Item.objects.visible_to(request.user), pk=pk)
    data = as_typed(request.POST) if request.method == "POST" else None
    form = ItemForm(data, user=request.user, instance=item, initial={"version": item.version})
    if request.method == "POST" and form.is_valid():
        try:
            domain.change_item(
                by=request.user, branch=request.branch, item=item,
                version=form.cleaned_data["version"] or 0, **form.given,
            )  # fmt: skip
        except Stale as stale:
            form.add_error(None, stale.message)
            form.data = form.data.copy()
            form.data["version"] = str(Item.objects.visible_to(request.user).get(pk=pk).version)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("The changes are saved."))
            return go(request, "item-detail", pk)
    return _item_form(request, form, Item.objects.visible_to(request.user).get(pk=pk))


def _item_form(request: HttpRequest, form: ItemForm, item: Item | None = None) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return reply(request, "inventory/item_form.html", {"form": form, "item": item}, status=status)


@requires(Permission.INVENTORY_CHANGE)
@require_POST
def item_deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    item = get_object_or_404(Item.objects.visible_to(request.user), pk=pk)
    domain.deactivate_item(by=request.user, branch=request.branch, item=item)
    messages.success(request, _("%(item)s is kept no longer.") % {"item": item})
    return go(request, "item-detail", pk)


@requires(Permission.INVENTORY_CHANGE)
@require_POST
def item_reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    item = get_object_or_404(Item.objects.visible_to(request.user), pk=pk)
    domain.reactivate_item(by=request.user, branch=request.branch, item=item)
    messages.success(request, _("%(item)s is kept again.") % {"item": item})
    return go(request, "item-detail", pk)
