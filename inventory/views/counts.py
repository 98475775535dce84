"""Counting: begin, note what is seen, hand in, look at the differences, approve."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.forms import searched
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from inventory import domain, queries
from inventory.forms import AnswerForm, CountForm, CountRecordForm
from inventory.models import Count

PAGE = 30
FOUND = 8  # batches offered for what was typed


@requires(Permission.INVENTORY_VIEW)
@require_safe
def count_list(request: HttpRequest) -> HttpResponse:
    rows = Count.objects.visible_to(request.user).select_related("started_by", "decided_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return reply(request, "inventory/counts.html", {"page": page})


@requires(Permission.INVENTORY_CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def count_new(request: HttpRequest) -> HttpResponse:
    form = CountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = domain.start_count(by=request.user, branch=request.branch, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return go(request, "count-detail", count.pk)
    return reply(
        request, "inventory/count_new.html", {"form": form}, fragments={"dialog": "dialog"},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@requires(Permission.INVENTORY_VIEW)
@require_safe
def count_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(
    request: HttpRequest, count: Count, form: CountRecordForm | None = None, status: int = 200
) -> HttpResponse:
    """While it is counted: what was seen, and nothing of what should be there. Afterwards: the comparison."""
    context: dict[str, Any] = {"count": count, "form": form, "find": searched(request.GET, "find")}
    if count.status == Count.Status.IN_PROGRESS:
        context["seen"] = count.lines.select_related("batch__item", "counted_by").order_by("-updated_at")
        context["uncounted"] = queries.uncounted(count)
        if form and form.is_bound and form.cleaned_data.get("batch"):
            context["found"] = [form.cleaned_data["batch"]]
        elif context["find"]:
            context["found"] = queries.batches_named(request.branch, context["find"])[:FOUND]
    else:
        context["lines"], context["worth"] = queries.differences(count)
    searching = request.htmx and request.htmx.target == "found"
    template = "inventory/_counting.html" if searching else "inventory/count.html"
    return reply(request, template, context, fragments={"found": "found"}, status=status)


@requires(Permission.INVENTORY_CHANGE)
@require_POST
@once
def count_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    count = _visible(request, pk)
    form = CountRecordForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            domain.record_count(by=request.user, count=count, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return go(request, "count-detail", pk)
    return _page(request, count, form, status=422)


@requires(Permission.INVENTORY_CHANGE)
@require_POST
@once
def count_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    count = _visible(request, pk)
    domain.submit_count(
        by=request.user, count=count, missing_is_none=request.POST.get("missing_is_none") == "on"
    )
    messages.success(request, _("The count is handed in."))
    return go(request, "count-detail", pk)


@requires(Permission.INVENTORY_APPROVE)
@require_POST
@once
def count_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    count = _visible(request, pk)
    reasons = {
        line: request.POST.get(f"reason-{line}", "").replace("\0", "")[:200]
        for line in count.lines.values_list("pk", flat=True)
    }
    domain.approve_count(by=request.user, count=count, reasons=reasons)
    messages.success(request, _("The differences are written into the stock."))
    return go(request, "count-detail", pk)


@requires(Permission.INVENTORY_APPROVE)
@require_POST
def count_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = AnswerForm(request.POST)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    domain.reopen_count(by=request.user, count=_visible(request, pk), answer=answer)
    messages.success(request, _("The count goes on."))
    return go(request, "count-detail", pk)


@requires(Permission.INVENTORY_CHANGE)
@require_POST
def count_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    domain.cancel_count(by=request.user, count=_visible(request, pk))
    messages.success(request, _("The count is given up; the stock stays as it is."))
    return go(request, "count-list")


def _visible(request: HttpRequest, pk: UUID) -> Count:
    rows = Count.objects.visible_to(request.user).select_related(
        "branch", "started_by", "submitted_by", "decided_by"
    )
    return get_object_or_404(rows, pk=pk)
