"""Billing many completed visits at once: which, as drafts or issued, how far it is, and what could not be billed."""

import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from billing import domain, drawers
from billing.models import BulkRow, BulkRun
from clinic.audit import notes
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.limits import Cost, costs
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal

LATEST = 10


@requires(Permission.BILLING_CREATE)
@require_http_methods(["GET", "HEAD", "POST"])
@costs(Cost.BATCH)
@once
def new(request: HttpRequest) -> HttpResponse:
    """The visits of a day that have no bill, all ticked."""
    today = timezone.localdate(timezone=request.branch.zone)
    day = _day(request.GET.get("day", "")) or today
    error = ""
    if request.method == "POST":
        ticked = [pk for text in request.POST.getlist("visit") if (pk := _uuid(text))]
        try:
            run = domain.start_bulk(
                by=request.user,
                branch=request.branch,
                visits=ticked,
                issues=request.POST.get("how") == "issue",
            )
            return go(request, "bulkrun-detail", run.pk)
        except Refusal as refusal:
            error = refusal.message
    context = {
        "day": day,
        "today": today,
        "unbilled": drawers.unbilled(request.branch, day)[: BulkRun.MOST],
        "runs": _runs(request).select_related("by")[:LATEST],
        "error": error,
    }
    return render(request, "billing/bulk_new.html", context, status=422 if error else 200)


@requires(Permission.BILLING_CREATE)
@require_safe
@notes.reads(BulkRun)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a run is, then row by row what became of it."""
    run = get_object_or_404(_runs(request).select_related("by"), pk=pk)
    rows = run.rows.select_related("appointment__customer", "appointment__treatment", "invoice")
    context = {"run": run, "rows": () if run.is_under_way else rows}
    return reply(request, "billing/bulk_run.html", context, fragments={"run": "run"})


def _runs(request: HttpRequest) -> QuerySet[BulkRun]:
    """Each with how many of its visits are done, and how."""
    state = BulkRow.State
    return BulkRun.objects.visible_to(request.user).annotate(
        total=Count("rows"),
        done=Count("rows", filter=~Q(rows__state=state.WAITING)),
        issued=Count("rows", filter=Q(rows__state=state.ISSUED)),
        drafted=Count("rows", filter=Q(rows__state=state.DRAFTED)),
        refused=Count("rows", filter=Q(rows__state=state.REFUSED)),
    )


def _day(text: str) -> datetime.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
