"""The purchase register on the page and as a file."""

import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import events
from clinic.audit import notes
from clinic.forms import searched
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from clinic.spreadsheets import csv_file, xlsx_file
from purchasing import register
from purchasing.models import Receipt


def _month(request: HttpRequest) -> tuple[str, datetime.date, datetime.date]:
    """The month asked for, else this one, with its first and last day."""
    first = timezone.localdate().replace(day=1)
    try:
        asked = datetime.date.fromisoformat(f"{searched(request.GET, 'month')}-01")
        first = asked if 2000 <= asked.year <= 2199 else first
    except ValueError:
        pass
    last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    return f"{first:%Y-%m}", first, last


@requires(Permission.PURCHASING_VIEW)
@require_safe
def purchase_register(request: HttpRequest) -> HttpResponse:
    month, first, last = _month(request)
    found = register.entries(request.branch, first, last)
    context: dict[str, Any] = {
        "month": month, "first": first, "entries": found, "totals": register.totals(found), "rates": register.rates(found),
    }  # fmt: skip
    return reply(request, "purchasing/register.html", context)


@requires(Permission.PURCHASING_VIEW)
@require_safe
@notes.exports(Receipt)
def purchase_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The register of a month, `?format=xlsx` or CSV."""
    month, first, last = _month(request)
    rows = register.rows(register.entries(request.branch, first, last))
    if request.branch and request.method == "GET":
        events.record(
            "register.exported",
            subject=request.branch,
            by=request.user,
            branch_id=request.branch.pk,
            month=month,
        )
    name = _("purchases") + f"-{month}"
    make = xlsx_file if request.GET.get("format") == "xlsx" else csv_file
    return make(name, register.head(), rows)
