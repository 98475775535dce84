"""Printed documents: each opens as a PDF in the format, language and copy that its address asks for."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from billing import paper
from billing.models import Estimate, Invoice, Note, Paper, Receipt, Refund, StoredValue
from billing.paper import words
from billing.paper.kinds import KINDS
from clinic.audit import notes
from clinic.permissions import Permission, requires


@requires(Permission.BILLING_PRINT)
@require_GET
@notes.prints(Invoice)
def invoice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A bill that was issued, cancelled ones too."""
    return _print(request, "invoice", pk)


@requires(Permission.BILLING_PRINT)
@require_GET
@notes.prints(Note)
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _print(request, "note", pk)


@requires(Permission.BILLING_PRINT)
@require_GET
@notes.prints(Receipt)
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _print(request, "receipt", pk)


@requires(Permission.BILLING_PRINT)
@require_GET
@notes.prints(Refund)
def refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A refund that was paid out."""
    return _print(request, "refund", pk)


@requires(Permission.BILLING_PRINT)
@require_GET
@notes.prints(Estimate)
def estimate(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _print(request, "estimate", pk)


@requires(Permission.BILLING_COLLECT)
@require_GET
@notes.prints(StoredValue)
def card(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A gift card, drawn anew each time: its code is money, so nothing of it is kept and whoever takes money prints it."""
    return _print(request, "card", pk)


def _print(request: HttpRequest, name: str, pk: UUID) -> HttpResponse:
    """The PDF: kept since it was issued or paid, drawn at once where it isn't there yet."""
    kind = KINDS[name]
    document = get_object_or_404(kind.rows().visible_to(request.user), pk=pk)
    form, language, copy = asked_for(request)
    title = paper.name_of(document, form, language, copy)
    if kind.kept is None:
        return pdf(paper.draw(document, form, language, copy), title)
    kept = paper.ready(document, form, language, copy)
    return FileResponse(kept.file.open("rb"), filename=title, content_type="application/pdf")


def asked_for(request: HttpRequest) -> tuple[str, str, str]:
    """Format, language and copy; what isn't known is the usual one."""
    asked = request.GET
    form, copy = asked.get("format", ""), asked.get("copy", "")
    return (
        form if form in Paper.Format else Paper.Format.A4,
        words.chosen(asked.get("language", "")),
        copy if copy in Paper.Copy else Paper.Copy.ORIGINAL,
    )


def pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
