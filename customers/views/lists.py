"""Pages of many customers: the list, its file, and what pickers and warnings ask."""

import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from clinic import spreadsheets
from clinic.audit import notes
from clinic.forms import searched, typed
from clinic.htmx import reply
from clinic.limits import Cost, costs
from clinic.paging import LongPaginator
from clinic.permissions import Permission, requires
from customers import domain, queries
from customers.likeness import alike
from customers.list_forms import FilterForm
from customers.models import Customer
from staff.confirming import confirmed
from staff.queries import saved_views

PER_PAGE = 50
#: Asked once for a page, not once for each row.
SEEN = {"money": Permission.BILLING_VIEW, "files": Permission.FILES_VIEW}


@requires(Permission.CUSTOMERS_VIEW)
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    filters = FilterForm(typed(request.GET), user=request.user)
    wanted = filters.wanted()
    page = LongPaginator(queries.listed(user=request.user, wanted=wanted), PER_PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "filters": filters,
        "wanted": wanted,
        "sort": wanted.sort,
        "saved": saved_views(user=request.user, page="customer-list", asked=request.GET),
        "may_see": {name: request.user.may(permission) for name, permission in SEEN.items()},
    }
    return reply(request, "customers/list.html", context, fragments={"customers": "customers"})


@requires(Permission.CUSTOMERS_VIEW)
@require_GET
def options(request: HttpRequest) -> HttpResponse:
    """The few customers a picker offers for what was typed."""
    words = searched(request.GET)
    found = queries.choices(user=request.user, words=words) if words else []
    back = request.GET.get("next", "")[:300]
    inline = "inline" in request.GET and words and request.user.may(Permission.CUSTOMERS_CREATE)
    context = {"words": words, "found": found, "next": back, "inline": inline}
    return render(request, "customers/_options.html", context)


@requires(Permission.CUSTOMERS_VIEW)
@require_GET
@costs(Cost.SEARCH)
def known(request: HttpRequest) -> HttpResponse:
    """The warning while name, phone and date of birth are typed."""
    try:
        without = UUID(request.GET["without"]) if request.GET.get("without") else None
    except ValueError:
        without = None
    found = alike(
        user=request.user,
        phones_typed=[searched(request.GET, name) for name in ("phone", "second_phone")],
        name=searched(request.GET, "full_name"),
        born_on=_day(searched(request.GET, "born_on")),
        without=without,
    )
    return render(request, "customers/_known.html", {"known": found})


def _day(text: str) -> datetime.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@requires(Permission.CUSTOMERS_EXPORT)
@require_GET
@confirmed(reading=True)
@notes.exports(Customer)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed now, as a CSV or XLSX file. Who took it, and how many, is kept."""
    wanted = FilterForm(typed(request.GET), user=request.user).wanted()
    money = request.user.may(Permission.BILLING_VIEW)
    columns = [name for name in queries.EXPORTED if money or name != "standing__due"]
    rows = queries.listed(user=request.user, wanted=wanted).values_list(*columns)
    domain.note_export(by=request.user, branch=request.branch, count=rows.count())
    name, head = f"customers-{timezone.localdate():%Y-%m-%d}", [column.split("__")[-1] for column in columns]
    as_file = spreadsheets.xlsx_file if request.GET.get("format") == "xlsx" else spreadsheets.csv_file
    return as_file(name, head, rows.iterator(500))
