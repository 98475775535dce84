"""Printing many bills at once: which, how, how far it is, and the file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billing import domain, queries
from billing.forms import FilterForm
from billing.models import Invoice, PrintRun
from billing.print_forms import PrintForm
from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.limits import Cost, costs
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal

LATEST = 10


@requires(Permission.BILLING_PRINT)
@require_http_methods(["GET", "POST"])
@costs(Cost.BATCH)
@once
def new(request: HttpRequest) -> HttpResponse:
    """The bills that were ticked in the list, or all that the list is narrowed to; the address carries which."""
    chosen = _chosen(request)
    form = PrintForm(typed(request.POST) if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            run = domain.start_print(
                by=request.user,
                branch=request.branch,
                invoices=chosen.values_list("pk", flat=True)[: PrintRun.MOST + 1],
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return go(request, "printrun-detail", run.pk)
    context = {
        "form": form,
        "count": chosen.count(),
        "most": PrintRun.MOST,
        "runs": PrintRun.objects.visible_to(request.user).select_related("by")[:LATEST],
    }
    return render(request, "billing/print_run_new.html", context, status=422 if form.is_bound else 200)


def _chosen(request: HttpRequest) -> QuerySet[Invoice]:
    """In the order of their numbers; drafts and what was brought forward have no paper."""
    found: Any = queries.listed(user=request.user, **FilterForm(typed(request.GET)).wanted())
    if ticked := [pk for pk in request.GET.getlist("invoice") if _is_uuid(pk)]:
        found = Invoice.objects.visible_to(request.user).filter(pk__in=ticked[: PrintRun.MOST + 1])
    return found.printable().order_by("issued_at", "pk")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@requires(Permission.BILLING_PRINT)
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = get_object_or_404(PrintRun.objects.visible_to(request.user).select_related("by"), pk=pk)
    return reply(request, "billing/print_run.html", {"run": run}, fragments={"run": "run"})


@requires(Permission.BILLING_PRINT)
@require_GET
@notes.prints(PrintRun)
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = get_object_or_404(PrintRun.objects.visible_to(request.user), pk=pk)
    if not run.file or not run.file.storage.exists(run.file.name):
        messages.error(request, _("This file is gone: it is kept for a day. Print the bills anew."))
        return go(request, "printrun-detail", pk)
    name = f"bills-{run.created_at:%Y-%m-%d}-{run.total}.pdf"
    return FileResponse(run.file.open("rb"), filename=name, content_type="application/pdf")
