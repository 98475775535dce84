"""Merging two records of one person: who the other is, both side by side, and the way back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import go
from clinic.idempotency import once
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers import domain, queries, registry
from customers.merge_forms import MergeForm
from customers.models import Customer, Merge
from customers.views.profile import visible


@requires(Permission.CUSTOMERS_MERGE)
@require_http_methods(["GET", "POST"])
@notes.reads(Customer)
@once
def merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose the other record, then compare; the one whose page this is stays."""
    kept = visible(request, pk)
    asked = request.POST.get("with") or request.GET.get("with", "")
    other = _other(request, asked)
    if other is None:
        error = _("Choose the other record from the list.") if asked else ""
        return _choose(request, kept, error, status=422 if request.method == "POST" else 200)
    try:
        domain.check_merge(by=request.user, kept=kept, merged=other)
    except Refusal as refusal:
        return _choose(request, kept, refusal.message, status=422)
    form = MergeForm(typed(request.POST) if request.method == "POST" else None, kept=kept, merged=other)
    if request.method == "GET":
        return _compare(request, kept, other, form)
    if not form.is_valid():
        return _compare(request, kept, other, form, status=422)
    return _merged(request, kept, other, form)


def _merged(request: HttpRequest, kept: Customer, other: Customer, form: MergeForm) -> HttpResponse:
    try:
        made = domain.merge(
            by=request.user, kept=kept, merged=other, chosen=form.chosen, versions=form.versions
        )
    except Refusal as refusal:
        fresh = MergeForm(kept=visible(request, kept.pk), merged=visible(request, other.pk))
        return _compare(request, kept, other, fresh, error=refusal.message, status=422)
    count = made.moves.count()
    told = {"merged": other.full_name, "reference": other.reference, "count": count}
    sentence = ngettext(
        "%(merged)s, %(reference)s, is part of this record now: %(count)s entry moved.",
        "%(merged)s, %(reference)s, is part of this record now: %(count)s entries moved.",
        count,
    )
    messages.success(request, sentence % told)
    return go(request, "customer-detail", kept.pk)


def _other(request: HttpRequest, asked: str) -> Customer | None:
    try:
        key = UUID(asked)
    except ValueError:
        return None
    return Customer.objects.visible_to(request.user).filter(pk=key).first()


def _choose(request: HttpRequest, kept: Customer, error: str, *, status: int = 200) -> HttpResponse:
    alike = queries.perhaps_the_same(user=request.user, customer=kept)
    return render(
        request, "customers/merge.html", {"customer": kept, "alike": alike, "error": error}, status=status
    )


def _compare(
    request: HttpRequest,
    kept: Customer,
    other: Customer,
    form: MergeForm,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "customer": kept,
        "other": other,
        "form": form,
        "error": error,
        "moved": [
            (model._meta.verbose_name_plural, count)
            for model, field in registry.pointers()
            if (count := model._base_manager.filter(**{field.name: other.pk}).count())
        ],
    }
    return render(request, "customers/merge_compare.html", context, status=status)


@requires(Permission.CUSTOMERS_MERGE)
@require_POST
def undo_merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back the merge of the record `pk`, which is its own again."""
    found = Merge.objects.visible_to(request.user).standing().select_related("merged")
    undone = get_object_or_404(found, merged=visible(request, pk))
    domain.undo_merge(by=request.user, merge=undone)
    messages.success(
        request, _("The merge is undone; %(name)s has a record again.") % {"name": undone.merged.full_name}
    )
    return go(request, "customer-detail", pk)
