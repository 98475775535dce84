"""The printed bill."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from billing import paper
from billing.models import Invoice, Paper
from clinic.audit import notes
from clinic.permissions import Permission, requires


@requires(Permission.BILLING_PRINT)
@require_GET
@notes.prints(Invoice)
def print_(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The PDF: kept since it was issued or paid, drawn at once where it isn't there yet."""
    invoice = get_object_or_404(Invoice.objects.visible_to(request.user).issued(), pk=pk)
    wanted = request.GET.get("format", "")
    form = Paper.Format(wanted) if wanted in Paper.Format else Paper.Format.A4
    kept = paper.ready(invoice, form)
    return FileResponse(
        kept.file.open("rb"), filename=paper.name_of(invoice, form), content_type="application/pdf"
    )
