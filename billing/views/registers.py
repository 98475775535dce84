"""The registers of a period for the accountant, on a page and as a workbook."""

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from billing import domain, tables
from billing.list_forms import RegisterForm
from billing.models import Invoice
from billing.register_rows import Period
from billing.registers import REGISTERS, Register
from billing.views.files import as_file, foot, page_of
from clinic import spreadsheets
from clinic.audit import notes
from clinic.forms import typed
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from staff.confirming import confirmed

PER_PAGE = 50


def _asked(request: HttpRequest) -> tuple[RegisterForm, Register, Period]:
    today = timezone.localdate(timezone=request.branch.zone)
    form = RegisterForm(typed(request.GET))
    return form.filled(today), REGISTERS[form.known()["show"] or "sales"], form.period(today)


@requires(Permission.BILLING_EXPORT)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """One register of a period, with what it comes to."""
    form, chosen, period = _asked(request)
    rows = chosen.rows(request.user, period)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    sums = chosen.sums(rows) if page.object_list and request.user.may(Permission.MONEY_VIEW) else None
    context = {
        "filters": form,
        "chosen": chosen,
        "registers": REGISTERS.values(),
        "page": page,
        "table": tables.table(chosen.columns, page, sums=sums, opens=page_of(chosen.opens)),
    }
    return reply(request, "billing/register.html", context, fragments={"rows": "rows"})


@requires(Permission.BILLING_EXPORT)
@require_GET
@confirmed(reading=True)
@notes.exports(Invoice)
def register_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """One register as a file, or all of them as one workbook with a sheet each."""
    _form, chosen, period = _asked(request)
    stem = f"{period.since:%Y-%m-%d}-{period.until:%Y-%m-%d}"
    if request.GET.get("show") != "all":
        rows = chosen.rows(request.user, period)
        return as_file(request, f"{chosen.name}-{stem}", chosen.columns, rows, chosen.sums(rows))
    sheets, count = [], 0
    for each in REGISTERS.values():
        rows = list(each.rows(request.user, period))
        head, cells = tables.written(each.columns, rows)
        sheets.append((str(each.title), head, [*cells, foot(each.columns, each.sums(rows))]))
        count += len(rows)
    domain.note_export(by=request.user, branch=request.branch, count=count, what="registers")
    return spreadsheets.xlsx_book(f"registers-{stem}", sheets)
