"""Payments, notes and what customers owe: lists that are searched, sorted, paged, added up and taken out as files."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing import lists, outstanding, tables
from billing.list_forms import NoteFilter, OutstandingFilter, PaymentFilter
from billing.models import Invoice, Note, Payment
from billing.tables import Column
from billing.views.files import as_file, page_of
from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from staff.confirming import confirmed

PER_PAGE = 50
Listed = tuple[Any, Any, str]  # the form, the rows, what they are sorted by


def _sums(rows: Any, columns: tuple[Column, ...]) -> dict[str, Any]:
    """Of all rows, not only of those on the page."""
    keys = [column.key for column in columns if column.has_total]
    found = rows.order_by().aggregate(**{f"sum_{key}": Sum(key) for key in keys})
    return {key: found[f"sum_{key}"] or tables.ZERO for key in keys}


def _page(
    request: HttpRequest, name: str, columns: tuple[Column, ...], listed: Listed, **more: Any
) -> HttpResponse:
    filters, rows, sort = listed
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    sums = _sums(rows, columns) if page.object_list and request.user.may(Permission.MONEY_VIEW) else None
    context = {
        "here": name,
        "address": reverse(f"{name}-list"),
        "export": reverse(f"{name}-export"),
        "filters": filters,
        "page": page,
        "sort": sort,
        "table": tables.table(columns, page, sums=sums, opens=page_of(*more.pop("opens"))),
        "narrowed": any(value for key, value in filters.known().items() if key != "sort"),
    }
    return reply(request, "billing/rows.html", {**context, **more}, fragments={"rows": "rows"})


def _payments(request: HttpRequest) -> tuple[PaymentFilter, Any, str]:
    filters = PaymentFilter(typed(request.GET), branch=request.branch)
    known = filters.known()
    found = lists.payments(
        user=request.user, words=known["q"].strip(), mode=known["mode"], by=known["by"] or None,
        since=known["since"] or None, until=known["until"] or None,
    )  # fmt: skip
    return filters, found, tables.ordering(lists.PAYMENTS, known["sort"], "-received_on")


@requires(Permission.BILLING_VIEW)
@require_GET
def payment_list(request: HttpRequest) -> HttpResponse:
    """Money that came in, by mode, day, cashier, customer and receipt."""
    filters, found, sort = _payments(request)
    return _page(
        request, "payment", lists.PAYMENTS, (filters, lists.payment_rows(found, sort), sort),
        title=_("Payments"), nothing=_("No payments yet."), icon_name="wallet", opens=("payment-detail",),
        modes=lists.by_mode(found) if request.user.may(Permission.MONEY_VIEW) else [],
    )  # fmt: skip


@requires(Permission.BILLING_EXPORT)
@require_GET
@confirmed(reading=True)
@notes.exports(Payment)
def payment_export(request: HttpRequest) -> HttpResponse | FileResponse:
    _filters, found, sort = _payments(request)
    rows = lists.payment_rows(found, sort)
    return as_file(request, "payments", lists.PAYMENTS, rows, _sums(rows, lists.PAYMENTS))


def _notes(request: HttpRequest) -> Listed:
    filters = NoteFilter(typed(request.GET))
    known = filters.known()
    sort = tables.ordering(lists.NOTES, known["sort"], "-issued_on")
    found = lists.notes(
        user=request.user, words=known["q"].strip(), kind=known["show"], since=known["since"] or None,
        until=known["until"] or None, sort=sort,
    )  # fmt: skip
    return filters, found, sort


@requires(Permission.BILLING_VIEW)
@require_GET
def note_list(request: HttpRequest) -> HttpResponse:
    """Credit and debit notes of the branch."""
    return _page(
        request, "note", lists.NOTES, _notes(request), title=_("Credit and debit notes"),
        nothing=_("No notes yet. One is written from the invoice that it changes."), icon_name="receipt-text",
        opens=("note-detail",),
    )  # fmt: skip


@requires(Permission.BILLING_EXPORT)
@require_GET
@confirmed(reading=True)
@notes.exports(Note)
def note_export(request: HttpRequest) -> HttpResponse | FileResponse:
    _filters, rows, _sort = _notes(request)
    return as_file(request, "notes", lists.NOTES, rows, _sums(rows, lists.NOTES))


def _outstanding(request: HttpRequest) -> Listed:
    filters = OutstandingFilter(typed(request.GET))
    known = filters.known()
    sort = tables.ordering(outstanding.COLUMNS, known["sort"], "-due")
    today = timezone.localdate(timezone=request.branch.zone)
    found = outstanding.by_customer(
        user=request.user, today=today, words=known["q"].strip(), age=known["age"], sort=sort
    )
    return filters, found, sort


@requires(Permission.BILLING_VIEW)
@require_GET
def outstanding_list(request: HttpRequest) -> HttpResponse:
    """Who owes how much, and for how long; each leads to the statement of account."""
    return _page(
        request, "outstanding", outstanding.COLUMNS, _outstanding(request), title=_("Outstanding"),
        nothing=_("Nobody owes anything."), icon_name="circle-check", opens=("customer-statement", "customer_id"),
    )  # fmt: skip


@requires(Permission.BILLING_EXPORT)
@require_GET
@confirmed(reading=True)
@notes.exports(Invoice)
def outstanding_export(request: HttpRequest) -> HttpResponse | FileResponse:
    _filters, rows, _sort = _outstanding(request)
    return as_file(request, "outstanding", outstanding.COLUMNS, rows, _sums(rows, outstanding.COLUMNS))
