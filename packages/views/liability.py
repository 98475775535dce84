"""What the clinic owes in sessions that were sold and not given: a page, a file, a paper."""

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import spreadsheets
from clinic.audit import notes
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from packages import paper, queries
from packages.models import Enrolment
from staff.confirming import confirmed

PAGE = 100


@requires(Permission.PACKAGES_RETURN)
@require_safe
def liability(request: HttpRequest) -> HttpResponse:
    """At the end of a day, today unless ?as_of= names an earlier one."""
    as_of, today, problem = _as_of(request)
    figures = queries.liability(request.branch, as_of, today)
    pages = Paginator(queries.liability_rows(request.branch, as_of), PAGE)
    pages.count = figures.enrolments  # counted already
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "as_of": as_of,
        "today": today,
        "problem": problem,
        "figures": figures,
    }
    return reply(request, "packages/liability.html", context)


@requires(Permission.PACKAGES_RETURN)
@require_safe
@confirmed(reading=True)
@notes.exports(Enrolment)
def liability_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV, with ?format=xlsx as a workbook, with ?format=pdf on paper."""
    as_of, today, _problem = _as_of(request)
    name = f"package-liability-{as_of:%Y-%m-%d}"
    rows = queries.liability_rows(request.branch, as_of)
    wanted = request.GET.get("format")
    if wanted == "pdf":
        figures = queries.liability(request.branch, as_of, today)
        kind = f'inline; filename="{name}.pdf"'
        return HttpResponse(
            paper.liability(request.branch, figures, rows),
            content_type="application/pdf",
            headers={"Content-Disposition": kind},
        )
    file = spreadsheets.xlsx_file if wanted == "xlsx" else spreadsheets.csv_file
    return file(name, queries.LIABILITY_HEAD, (queries.liability_cells(row) for row in rows.iterator(500)))


def _as_of(request: HttpRequest) -> tuple[datetime.date, datetime.date, Any]:
    """The day asked for and the branch's today; a day that is none, or to come, is today and said."""
    today = timezone.localdate(timezone=request.branch.zone)
    asked = request.GET.get("as_of", "").strip()
    if not asked:
        return today, today, ""
    try:
        day = datetime.date.fromisoformat(asked)
    except ValueError:
        return today, today, _("That date doesn't exist. Shown is today.")
    if day > today:
        words = {"day": date_format(today, "j M Y")}
        return today, today, _("What will be owed later isn't known yet. Shown is %(day)s.") % words
    return day, today, ""
