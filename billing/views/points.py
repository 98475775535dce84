"""Redeeming loyalty points on a draft."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing import domain
from billing.editor import Editor
from billing.models import Invoice
from clinic.forms import typed, whole
from clinic.htmx import go
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal


@requires(Permission.BILLING_CREATE)
@require_POST
def redeem(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save what is typed, and put so many points on the draft; none takes them off."""
    found = Invoice.objects.visible_to(request.user).select_related(
        "branch__registration", "customer", "appointment"
    )
    invoice = get_object_or_404(found, pk=pk)
    if not invoice.is_draft:
        raise Refusal(_("This invoice is no longer a draft. Load the page again."))
    sent = typed(request.POST)
    editor = Editor(invoice, request.user, sent)
    count, error = sent.get("points", "").strip(), ""
    if editor.is_valid():
        try:
            with transaction.atomic():
                saved = domain.edit(
                    by=request.user, invoice=invoice, version=editor.terms.cleaned_data["version"],
                    terms=editor.terms.terms, lines=editor.line_terms,
                )  # fmt: skip
                domain.redeem_points(
                    by=request.user, invoice=saved, version=saved.version, count=_count(count)
                )
        except Refusal as refusal:
            editor = Editor(get_object_or_404(found, pk=pk), request.user, sent)
            editor.compute()
            if refusal.field == "points":
                error = refusal.message
            else:
                editor.tell(refusal.message, refusal.field)
        else:
            messages.success(
                request, _("The points are on the invoice.") if count else _("No points are redeemed.")
            )
            return go(request, "invoice-edit", pk)
    template = "billing/_editor.html" if request.htmx else "billing/edit.html"
    context = {"editor": editor, "points_typed": count, "points_error": error}
    return render(request, template, context, status=422)


def _count(typed_points: str) -> int:
    if not typed_points:
        return 0
    count = whole(typed_points)
    if count is None:
        raise Refusal(_("Enter whole points, such as 120."), field="points")
    return count
