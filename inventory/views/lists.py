"""What an owner asks of stock: what expires, what moved, what it is worth."""

import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.audit import notes
from clinic.forms import searched
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from inventory import queries
from inventory.forms import MovementFilters, day_asked
from inventory.models import Batch, Item, Movement

from .files import as_file

PAGE = 50


@requires(Permission.INVENTORY_VIEW)
@require_safe
def stock_expiry(request: HttpRequest) -> HttpResponse:
    today, show = timezone.localdate(), searched(request.GET, "show")
    rows = queries.expiry_rows(request.branch, today, show)
    context = {
        "board": queries.expiry_board(request.branch, today),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "show": show,
        "today": today,
    }
    return reply(request, "inventory/expiry.html", context)


@requires(Permission.INVENTORY_EXPORT)
@require_safe
@notes.exports(Batch)
def stock_expiry_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = queries.expiry_rows(request.branch, today, searched(request.GET, "show"))
    head = [
        _("Item"), _("Batch"), _("Expires on"), _("Blocked"), _("Quantity"), _("Unit"), _("Unit cost"),
        _("Value at cost"), _("Supplier"),
    ]  # fmt: skip
    return as_file(request, f"expiry-{today}", head, queries.expiry_file(rows))


@requires(Permission.INVENTORY_VIEW)
@require_safe
def stock_movements(request: HttpRequest) -> HttpResponse:
    filters = MovementFilters(request.GET, today=timezone.localdate())
    asked = filters.asked
    rows = queries.history(request.branch, **asked)
    context = {
        "filters": filters,
        "flow": queries.flow(request.branch, rows, asked["first"], asked["last"]),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
    }
    return reply(request, "inventory/movements.html", context)


@requires(Permission.INVENTORY_EXPORT)
@require_safe
@notes.exports(Movement)
def stock_movements_export(request: HttpRequest) -> HttpResponse:
    """With `?item=` all of one item, whatever the days."""
    today = timezone.localdate()
    asked: dict[str, Any] = MovementFilters(request.GET, today=today).asked
    if request.GET.get("item"):
        item = Item.objects.visible_to(request.user).filter(pk=_uuid(request.GET["item"])).first()
        asked = {"item": item, "kind": asked["kind"]} if item else asked
    head = [
        _("When"), _("Item"), _("Batch"), _("What"), _("Change"), _("Left in batch"), _("Unit cost"), _("Worth"),
        _("Note"), _("By"),
    ]  # fmt: skip
    rows = queries.history_rows(queries.history(request.branch, **asked), request.branch)
    return as_file(request, f"stock-movements-{today}", head, rows)


@requires(Permission.INVENTORY_VIEW)
@require_safe
def stock_valuation(request: HttpRequest) -> HttpResponse:
    day, category = _valued(request)
    lines = queries.valuation(request.branch, day, category=category)
    context = {
        "day": day,
        "category": category,
        "categories": Item.Category.choices,
        "lines": lines,
        "totals": queries.totals(lines),
        "today": timezone.localdate(),
    }
    return reply(request, "inventory/valuation.html", context)


@requires(Permission.INVENTORY_EXPORT)
@require_safe
@notes.exports(Batch)
def stock_valuation_export(request: HttpRequest) -> HttpResponse:
    day, category = _valued(request)
    head = [
        _("Item"), _("Category"), _("Quantity"), _("Unit"), _("First in, first out"), _("Moving average"),
        _("At batch cost"),
    ]  # fmt: skip
    lines = queries.valuation(request.branch, day, category=category)
    rows = (
        [line.item.name, line.item.get_category_display(), line.quantity, line.item.base_unit, line.fifo, line.average, line.batch]
        for line in lines
    )  # fmt: skip
    return as_file(request, f"stock-value-{day}", head, rows)


def _valued(request: HttpRequest) -> tuple[datetime.date, str]:
    return day_asked(searched(request.GET, "day"), timezone.localdate()), searched(request.GET, "category")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
