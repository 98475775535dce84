"""Sales by practitioner, treatment and product: a picture, the figures, and the lines behind each figure."""

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from billing import sales, tables
from billing.list_forms import SalesForm
from billing.models import Invoice
from billing.register_rows import Period
from billing.tables import Row
from billing.views.files import as_file
from clinic.audit import notes
from clinic.charts import axis, bars
from clinic.forms import typed
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from staff.confirming import confirmed

PER_PAGE = 50


def _asked(request: HttpRequest) -> tuple[SalesForm, str, Period, str]:
    today = timezone.localdate(timezone=request.branch.zone)
    form = SalesForm(typed(request.GET))
    known = form.known()
    sort = tables.ordering(sales.COLUMNS, known["sort"], "-value")
    return form.filled(today), known["by"] or "practitioner", form.period(today), sort


@requires(Permission.MONEY_VIEW)
@require_GET
def sales_list(request: HttpRequest) -> HttpResponse:
    """What was sold in a period, by whom or of what; each row opens its lines."""
    form, by, period, sort = _asked(request)
    rows = list(sales.lines(request.user, period, by))
    groups = sales.groups(rows, sort)
    page = Paginator(groups, PER_PAGE).get_page(request.GET.get("page"))
    points = sales.points(rows, period)
    days = {"by": by, "since": period.since, "until": period.until}

    def opens(row: Row) -> str:
        return f"{reverse('sales-lines')}?{urlencode({**days, 'of': row['group']})}"

    context = {
        "filters": form,
        "by": dict(SalesForm.BY)[by],
        "page": page,
        "sort": sort,
        "table": tables.table(
            sales.COLUMNS, page, sums=tables.added(sales.COLUMNS, groups), opens=opens
        ),
        "bars": bars(points),
        "axis": axis(points),
    }  # fmt: skip
    return reply(request, "billing/sales.html", context, fragments={"rows": "rows"})


@requires(Permission.MONEY_VIEW)
@require_GET
def sales_lines(request: HttpRequest) -> HttpResponse:
    """The lines of invoices and notes behind one figure, each leading to its paper."""
    _form, by, period, _sort = _asked(request)
    rows = sales.lines(request.user, period, by, typed(request.GET).get("of", "")).order_by("-day", "-paper")
    found: list[dict[str, Any]] = list(rows)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "what": found[0]["what"] if found else "",
        "period": period,
        "back": f"{reverse('sales-list')}?{urlencode({'by': by, 'since': period.since, 'until': period.until})}",
        "page": page,
        "table": tables.table(
            sales.LINES, page, sums=tables.added(sales.LINES, found),
            opens=lambda row: reverse(f"{row['source']}-detail", args=[row["document"]]),
        ),
    }  # fmt: skip
    return reply(request, "billing/sales_lines.html", context)


@requires(Permission.BILLING_EXPORT)
@require_GET
@confirmed(reading=True)
@notes.exports(Invoice)
def sales_export(request: HttpRequest) -> HttpResponse | FileResponse:
    _form, by, period, sort = _asked(request)
    groups = sales.groups(list(sales.lines(request.user, period, by)), sort)
    stem = f"sales-by-{by}-{period.since:%Y-%m-%d}-{period.until:%Y-%m-%d}"
    return as_file(request, stem, sales.COLUMNS, groups, tables.added(sales.COLUMNS, groups))
