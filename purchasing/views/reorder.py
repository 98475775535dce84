"""What to order next, and ordering it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from inventory.models import Supplier
from purchasing import domain
from purchasing.domain import NewLine
from purchasing.suggestions import Suggestion, by_supplier, suggestions


@requires(Permission.PURCHASING_VIEW)
@require_safe
def reorder_list(request: HttpRequest) -> HttpResponse:
    suppliers = list(Supplier.objects.visible_to(request.user).active())
    found = suggestions(request.branch, suppliers) if request.branch else []
    context = {"groups": by_supplier(found), "count": len(found), "suppliers": suppliers}
    return reply(request, "purchasing/reorder_list.html", context)


@requires(Permission.PURCHASING_ORDER)
@require_POST
@once
def reorder_draft(request: HttpRequest) -> HttpResponse:
    """A draft order of what is suggested: one supplier's items, or those without one from the supplier chosen."""
    active = Supplier.objects.visible_to(request.user).active()
    supplier = get_object_or_404(active, pk=_id(request))
    wanted = [each for each in suggestions(request.branch, active) if _is_asked(request, each, supplier)]
    if not wanted:
        raise Refusal(_("Nothing is to be ordered from %(name)s now.") % {"name": supplier})
    lines = [NewLine(each.item, each.quantity, each.in_packs) for each in wanted]
    order = domain.draft_order(by=request.user, branch=request.branch, supplier=supplier, added=lines)
    messages.success(request, _("A draft from what is suggested. Check prices and quantities."))
    return go(request, "order-edit", order.pk)


def _id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("supplier", ""))
    except ValueError:
        raise Refusal(_("Choose a supplier first.")) from None


def _is_asked(request: HttpRequest, each: Suggestion, supplier: Supplier) -> bool:
    if "unassigned" in request.POST:
        return each.supplier is None
    return each.supplier is not None and each.supplier.pk == supplier.pk
