"""Credit and debit notes: the form with its preview, and the note as it was written."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billing import breakdown, domain, drafts, notes, queries
from billing.deciding import ReasonForm
from billing.models import Invoice, Note
from billing.note_form import NoteForm
from clinic.audit import notes as notes_of
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from packages.models import Enrolment
from packages.queries import worth


@requires(Permission.BILLING_CREDIT)
@require_http_methods(["GET", "POST"])
@notes_of.reads(Invoice)
@once
def credit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take something of an issued bill back."""
    return _write(request, pk, Note.Kind.CREDIT)


@requires(Permission.BILLING_CREDIT)
@require_http_methods(["GET", "POST"])
@notes_of.reads(Invoice)
@once
def debit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Charge what an issued bill left out."""
    return _write(request, pk, Note.Kind.DEBIT)


def _write(request: HttpRequest, pk: UUID, kind: Note.Kind) -> HttpResponse:
    bills = Invoice.objects.visible_to(request.user).select_related("branch__registration", "customer")
    invoice = get_object_or_404(bills, pk=pk)
    if not invoice.is_issued:
        return redirect("invoice-detail", pk)
    lines = queries.credited_lines(invoice)
    sent = request.method == "POST"
    data = typed(request.POST if sent else request.GET)
    form = NoteForm(
        data if sent or "reason" in data else None,
        invoice=invoice, lines=lines, kind=kind, whole="whole" in request.GET,
    )  # fmt: skip
    if sent and form.is_valid():
        try:
            note = _done(request, invoice, form)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("%(number)s is issued.") % {"number": note.number})
            return go(request, "note-detail", note.pk)
    return _form(request, invoice, form, status=422 if sent else 200)


def _done(request: HttpRequest, invoice: Invoice, form: NoteForm) -> Note:
    verb = domain.credit if form.is_credit else domain.debit
    asked = {name: form.cleaned_data[name] for name in ("reason", "detail")}
    return verb(by=request.user, invoice=invoice, lines=form.terms, **asked)


def _form(request: HttpRequest, invoice: Invoice, form: NoteForm, status: int) -> HttpResponse:
    context = {
        "invoice": invoice,
        "form": form,
        "facts": form.facts() if form.is_bound and not form.errors else [],
        "rows": form.rows,
        "is_commercial": form.is_credit and not notes.changes_tax(invoice, drafts.today_of(invoice)),
    }
    fragments = {"note-preview": "preview"}
    return reply(request, "billing/note_form.html", context, fragments=fragments, status=status)


@requires(Permission.BILLING_VIEW)
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A note, its lines, and the bill that it is about."""
    found = Note.objects.visible_to(request.user).select_related("invoice", "customer", "by", "branch")
    note = get_object_or_404(found, pk=pk)
    lines = note.lines.select_related("line").prefetch_related("batches")
    context = {"note": note, "lines": lines, "parts": breakdown.note_parts(note)}
    return render(request, "billing/note.html", context)


@requires(Permission.PACKAGES_RETURN)
@require_http_methods(["GET", "POST"])
@once
def credit_package(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a package back together with the credit note for what is left of it."""
    mine = Enrolment.objects.visible_to(request.user).select_related("customer", "branch__registration")
    enrolment = get_object_or_404(mine, pk=pk)
    line = queries.sold_by(enrolment)
    if line is None:  # sold by another house, or come from another package: no bill to write a note against
        return redirect("enrolment-give-back", pk)
    form = ReasonForm(typed(request.POST) if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            note = domain.credit_package(by=request.user, enrolment=enrolment, **form.cleaned_data)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("%(plan)s is given back.") % {"plan": enrolment})
            return go(request, "note-detail", note.pk) if note else go(request, "enrolment-detail", pk)
    context = {"enrolment": enrolment, "invoice": line.invoice, "form": form, "worth": worth(enrolment)}
    status = 422 if form.is_bound else 200
    return render(request, "billing/credit_package.html", context, status=status)
