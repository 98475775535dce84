"""Whom we buy from."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.forms import searched, typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale
from inventory.models import Supplier
from purchasing import domain, queries
from purchasing.forms import SupplierForm

PAGE = 50
SORTS = {
    "name": "name",
    "days": "lead_days",
    "rating": "rating",
    "orders": "open_orders",
    "last": "last_receipt",
}


@requires(Permission.PURCHASING_VIEW)
@require_safe
def supplier_list(request: HttpRequest) -> HttpResponse:
    words, show, sort = (searched(request.GET, name) for name in ("q", "show", "sort"))
    sort = sort if sort.removeprefix("-") in SORTS else "name"
    down = "-" if sort.startswith("-") else ""
    found = queries.suppliers(request.user, typed=words, inactive=show == "inactive")
    page = Paginator(found.order_by(down + SORTS[sort.removeprefix("-")], "pk"), PAGE)
    context = {"page": page.get_page(request.GET.get("page")), "q": words, "show": show, "sort": sort}
    return reply(request, "purchasing/supplier_list.html", context)


@requires(Permission.PURCHASING_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def supplier_new(request: HttpRequest) -> HttpResponse:
    sent = typed(request.POST) if request.method == "POST" else None
    form = SupplierForm(sent)
    if sent is not None and form.is_valid():
        try:
            supplier = domain.add_supplier(by=request.user, branch=request.branch, **form.values)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("%(name)s is added.") % {"name": supplier})
            return go(request, "supplier-list")
    return _form(request, form, sent is not None)


@requires(Permission.PURCHASING_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
def supplier_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=pk)
    sent = typed(request.POST) if request.method == "POST" else None
    form = SupplierForm(sent, instance=supplier)
    if sent is not None and form.is_valid():
        try:
            domain.change_supplier(
                by=request.user, supplier=supplier, version=form.cleaned_data["version"], **form.values
            )
        except Stale as refusal:
            now = Supplier.objects.visible_to(request.user).get(pk=pk)
            form.data = form.data.copy()
            form.data["version"] = str(now.version)
            form.add_error(None, refusal.message)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": supplier})
            return go(request, "supplier-list")
    return _form(request, form, sent is not None, supplier)


def _form(
    request: HttpRequest, form: SupplierForm, again: bool, supplier: Supplier | None = None
) -> HttpResponse:
    context = {"form": form, "supplier": supplier}
    return reply(request, "purchasing/supplier_form.html", context, status=422 if again else 200)
