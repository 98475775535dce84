"""A person's data as a whole: what there is of it, handing it out, erasing it."""

import datetime
import tempfile
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import registries
from clinic.audit import notes
from clinic.htmx import go, reply
from clinic.idempotency import once
from clinic.paging import LongPaginator
from clinic.permissions import Permission, requires
from clinic.refusals import Refusal
from customers import archive, domain, erasing, queries, registry
from customers.models import Customer, HandOut
from customers.views.profile import visible
from staff.confirming import confirmed

PER_PAGE = 50
FRESH = datetime.timedelta(minutes=15)  # for which a hand-out may be downloaded by who asked for it


@requires(Permission.CUSTOMERS_ERASE)
@require_safe
@notes.reads(Customer)
def data(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, visible(request, pk))


@requires(Permission.CUSTOMERS_ERASE)
@require_safe
def past(request: HttpRequest) -> HttpResponse:
    """Whose records the branch has kept for as long as it keeps them; each leads to where they are erased."""
    found = queries.past_retention(user=request.user, today=timezone.localdate())
    settings = registries.settings_for(request.user)
    context = {
        "page": LongPaginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "years": request.branch.retention_years,
        "settings": settings,
        "here": next(one for one in settings if one.url_name == "customer-past"),
    }
    return reply(request, "customers/past.html", context)


def _page(
    request: HttpRequest, customer: Customer, *, error: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    against = ""
    try:
        domain.check_erase(by=request.user, customer=customer)
    except Refusal as refusal:
        against = refusal.offers or [refusal.message]
    parts = erasing.parts(registry.people(customer.pk))
    told = [part for part in parts if part.holding.model not in registry.BOOKKEEPING]
    context = {
        "customer": customer, "parts": told, "against": against, "error": error, "typed": typed,
        "until": max((part.until for part in parts if part.until), default=None),
        "hand_outs": HandOut.objects.visible_to(request.user).filter(customer=customer).select_related("by")[:10],
        "erasure": getattr(customer, "erasure", None),
    }  # fmt: skip
    return render(request, "customers/data.html", context, status=status)


@requires(Permission.CUSTOMERS_ERASE)
@require_POST
@once
def hand_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note who takes the data out, then lead to the file."""
    domain.hand_out(by=request.user, customer=visible(request, pk))
    return go(request, "customer-archive", pk)


@requires(Permission.CUSTOMERS_ERASE)
@require_safe
@confirmed(reading=True)
@notes.exports(Customer)
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file of a hand-out, made while it is fetched; for who asked for it, for a quarter of an hour."""
    customer = visible(request, pk)
    noted = HandOut.objects.visible_to(request.user).filter(
        customer=customer, by=request.user, created_at__gt=timezone.now() - FRESH
    )
    get_object_or_404(noted[:1])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    archive.write(customer.pk, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{customer.reference}.zip")


@requires(Permission.CUSTOMERS_ERASE)
@require_POST
@once
def erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Only with the reference number typed: this can't be undone."""
    customer = visible(request, pk)
    typed = request.POST.get("reference", "").strip()
    if typed.upper() != customer.reference:
        error = _("Type the reference number %(reference)s to confirm.") % {"reference": customer.reference}
        return _page(request, customer, error=error, typed=typed, status=422)
    try:
        domain.erase(by=request.user, customer=customer)
    except Refusal as refusal:
        return _page(request, customer, error=refusal.message, typed=typed, status=422)
    messages.success(request, _("The data of %(reference)s is erased.") % {"reference": customer.reference})
    return go(request, "customer-data", pk)
