"""Writing a draft and issuing it. Every reply to HTMX is the whole form again, or only what the figures changed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import breakdown, domain, menu
from billing.domain import Other
from billing.editor import Editor
from billing.forms import OtherForm
from billing.models import Invoice, InvoiceLine, Payment
from clinic.audit import notes
from clinic.forms import searched, typed
from clinic.htmx import go
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal, Stale


def _words(sent: QueryDict) -> str:
    """What is searched for on the menu."""
    return sent.get("q", "").replace("\0", "").strip()[:100]


def _draft(request: HttpRequest, pk: UUID) -> Invoice:
    found = Invoice.objects.visible_to(request.user).select_related(
        "branch__registration", "customer", "appointment"
    )
    return get_object_or_404(found, pk=pk)


@requires(Permission.BILLING_CREATE)
@require_http_methods(["GET", "POST"])
@notes.reads(Invoice)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The editor; its POST saves the draft. A word left in the search for items is searched for, or added if exact."""
    invoice = _draft(request, pk)
    if request.method == "GET":
        return _open(request, invoice) if invoice.is_draft else redirect("invoice-detail", pk)
    editor = Editor(invoice, request.user, typed(request.POST))
    words = searched(request.POST)
    found = menu.choices(user=request.user, words=words, today=editor.today, invoice=invoice)
    try:
        with transaction.atomic():
            saved = _save(request, editor)
            if len(found) == 1:  # a scanned barcode, or all that the words can mean
                _put(request, saved, found[0].value)
    except _Untenable:
        return _again(request, editor)
    except Refusal as refusal:
        return _refused(request, pk, refusal)
    if len(found) == 1:
        return _saved(request, pk)
    if not words:
        messages.success(request, _("The draft is saved."))
    return _saved(request, pk, choices=found, words=words)


def _put(request: HttpRequest, invoice: Invoice, value: str) -> None:
    """What a choice names: one thing, or every line of an earlier bill."""
    if value.startswith("again:"):
        domain.repeat(by=request.user, invoice=invoice, version=invoice.version)
        return
    what = menu.find(user=request.user, value=value)
    if what is None:
        raise Refusal(_("That is no longer on the menu. Search again."))
    domain.add_line(by=request.user, invoice=invoice, version=invoice.version, what=what)


def _open(request: HttpRequest, invoice: Invoice) -> HttpResponse:
    editor = Editor(invoice, request.user)
    editor.compute()
    words = searched(request.GET)
    found = menu.choices(user=request.user, words=words, today=editor.today, invoice=invoice)
    return render(request, "billing/edit.html", {"editor": editor, "choices": found, "words": words})


class _Untenable(Exception):
    """Something typed can't be understood; the forms say what."""


def _save(request: HttpRequest, editor: Editor) -> Invoice:
    """Save what is typed as the draft's next version."""
    if not editor.is_valid():
        raise _Untenable
    return domain.edit(
        by=request.user,
        invoice=editor.invoice,
        version=editor.terms.cleaned_data["version"],
        terms=editor.terms.terms,
        lines=editor.line_terms,
    )


def _again(request: HttpRequest, editor: Editor) -> HttpResponse:
    """The form with what was typed and what is wrong with it."""
    template = "billing/_editor.html" if request.htmx else "billing/edit.html"
    return render(request, template, {"editor": editor}, status=422)


def _refused(request: HttpRequest, pk: UUID, refusal: Refusal) -> HttpResponse:
    """What was typed over the draft as it now stands, with the refusal beside its field."""
    invoice = _draft(request, pk)
    if not invoice.is_draft:
        raise refusal
    data = typed(request.POST).copy()
    if isinstance(refusal, Stale):
        data["version"] = str(invoice.version)
    editor = Editor(invoice, request.user, data)
    editor.compute()
    if not editor.is_clean and (refusal.field or "") and not isinstance(refusal, Stale):
        return _again(request, editor)  # computing has told the same already
    editor.tell(refusal.message, refusal.field)
    return _again(request, editor)


def _saved(request: HttpRequest, pk: UUID, **context: Any) -> HttpResponse:
    """The saved draft. The address in the header is where a repeated click of the same form is sent."""
    if not request.htmx:
        words = context.get("words")
        return redirect(reverse("invoice-edit", args=[pk], query={"q": words} if words else None))
    editor = Editor(_draft(request, pk), request.user)
    editor.compute()
    response = render(request, "billing/_editor.html", {"editor": editor, "with_messages": True, **context})
    response["Location"] = reverse("invoice-edit", args=[pk])
    return response


@requires(Permission.BILLING_CREATE)
@require_POST
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The figures of what is typed, saving nothing: replaces sums and messages, never a field somebody is in."""
    invoice = _draft(request, pk)
    if not invoice.is_draft:
        raise Refusal(_("This invoice is no longer a draft. Load the page again."))
    editor = Editor(invoice, request.user, typed(request.POST))
    editor.compute()
    return render(request, "billing/_preview.html", {"editor": editor})


@requires(Permission.BILLING_CREATE)
@require_GET
def choices(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What can be put on the bill and matches the typed words."""
    invoice = _draft(request, pk)
    words = searched(request.GET)
    today = timezone.localdate(timezone=invoice.branch.zone)
    found = menu.choices(user=request.user, words=words, today=today, invoice=invoice)
    return render(request, "billing/_choices.html", {"choices": found, "words": words})


@requires(Permission.BILLING_CREATE)
@require_POST
@once
def add_line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save what is typed and put one more thing on the bill."""
    editor = Editor(_draft(request, pk), request.user, typed(request.POST))
    try:
        with transaction.atomic():
            _put(request, _save(request, editor), request.POST.get("add", ""))
    except _Untenable:
        return _again(request, editor)
    except Refusal as refusal:
        return _refused(request, pk, refusal)
    return _saved(request, pk)


@requires(Permission.BILLING_CREATE)
@require_POST
@once
def add_other(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save what is typed and put something on the bill that is on no menu."""
    editor = Editor(_draft(request, pk), request.user, typed(request.POST))
    if not editor.other.is_bound:
        editor.other = OtherForm(typed(request.POST))
    if not editor.other.is_valid():
        return _again(request, editor)
    try:
        with transaction.atomic():
            saved = _save(request, editor)
            what = Other(**editor.other.cleaned_data)
            domain.add_line(by=request.user, invoice=saved, version=saved.version, what=what)
    except _Untenable:
        return _again(request, editor)
    except Refusal as refusal:
        return _refused(request, pk, refusal)
    return _saved(request, pk)


@requires(Permission.BILLING_CREATE)
@require_POST
def remove_line(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """Take a line off; what is typed elsewhere is kept if it can be understood."""
    invoice = _draft(request, pk)
    line = get_object_or_404(InvoiceLine, pk=line_pk, invoice=invoice)
    data = typed(request.POST).copy()
    for name in [name for name in data if name.startswith(f"line-{line_pk}-")]:
        del data[name]
    editor = Editor(invoice, request.user, data)
    try:
        with transaction.atomic():
            invoice = _save(request, editor)
            domain.remove_line(by=request.user, invoice=invoice, version=invoice.version, line=line)
    except _Untenable:
        return _again(request, editor)
    except Refusal as refusal:
        return _refused(request, pk, refusal)
    return _saved(request, pk)


@requires(Permission.BILLING_CREATE)
@require_POST
@once
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save what is typed, issue it, and take the money typed beside it: all of it or nothing."""
    editor = Editor(_draft(request, pk), request.user, typed(request.POST))
    if not editor.is_valid() or (editor.payment.is_bound and not editor.payment.is_valid()):
        return _again(request, editor)
    try:
        with transaction.atomic():
            invoice = _save(request, editor)
            invoice = domain.issue(by=request.user, invoice=invoice, version=invoice.version)
            made = _collect(request, editor, invoice)
    except _TooMuch as told:
        editor = Editor(_draft(request, pk), request.user, typed(request.POST))
        editor.compute()
        editor.payment.is_valid()
        editor.payment.tell(told.refusal.message, told.refusal.field)
        return _again(request, editor)
    except Refusal as refusal:
        return _refused(request, pk, refusal)
    issued = _("%(number)s is issued.") % {"number": invoice.number}
    messages.success(request, f"{issued} {breakdown.received(made)}" if made else issued)
    return go(request, "invoice-detail", pk)


class _TooMuch(Exception):
    """The payment was refused, so nothing is issued either."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


def _collect(request: HttpRequest, editor: Editor, invoice: Invoice) -> list[Payment]:
    form = editor.payment
    if not form.is_bound or not invoice.due or form.cleaned_data["pay"] == "later":
        return []
    if not request.user.may(Permission.BILLING_COLLECT):
        raise PermissionDenied
    try:
        return domain.collect(by=request.user, invoice=invoice, payments=form.payments(invoice.due))
    except Refusal as refusal:
        raise _TooMuch(refusal) from refusal


def _version(request: HttpRequest) -> int | None:
    """The draft's version on the page, where one was sent."""
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        return None


@requires(Permission.BILLING_CREATE)
@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a draft away."""
    invoice = _draft(request, pk)
    domain.discard(by=request.user, invoice=invoice, version=_version(request))
    messages.success(request, _("The draft is discarded."))
    return go(request, "invoice-list")
