"""What is printed or sent: the order, the debit note."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.audit import notes
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from purchasing import paper
from purchasing.models import Order, Return


@requires(Permission.PURCHASING_VIEW)
@require_safe
@notes.prints(Order)
def order_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = Order.objects.visible_to(request.user).select_related(
        "branch__registration", "supplier", "approved_by"
    )
    order = get_object_or_404(found, pk=pk)
    if not order.number:
        raise Refusal(_("A draft isn't printed. Submit it first."))
    return _pdf(paper.order_paper(order), paper.name_of(order))


@requires(Permission.PURCHASING_VIEW)
@require_safe
@notes.prints(Return)
def return_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = Return.objects.visible_to(request.user)
    made = get_object_or_404(found.select_related("branch__registration", "supplier", "receipt"), pk=pk)
    return _pdf(paper.return_paper(made), paper.name_of(made))


def _pdf(content: bytes, name: str) -> HttpResponse:
    disposition = f'inline; filename="{name}"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
