"""The calendar as a list, which says all that the boards draw: searched, sorted, page by page, and as a file."""

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from appointments import calendar, domain, queries
from appointments.availability import instant
from appointments.forms import calendar_day
from appointments.models import Appointment
from appointments.panels import dress
from appointments.slots import Span
from appointments.views.actions import next_step
from appointments.views.asked import ALL, CANCELLED, Asked, uuid_or_none
from clinic import registries
from clinic.audit import notes
from clinic.forms import searched
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from clinic.spreadsheets import csv_file
from customers.models import Customer
from packages.models import Treatment
from staff.confirming import confirmed

PER_PAGE = 50
MOST_DAYS = 366
ORDERS = {
    "time": (gettext_lazy("Time"), ("starts_at", "id")),
    "name": (gettext_lazy("Name"), ("customer__full_name", "starts_at", "id")),
    "practitioner": (gettext_lazy("Practitioner"), ("practitioner__resource__name", "starts_at", "id")),
    "status": (gettext_lazy("Status"), ("status", "starts_at", "id")),
    "latest": (gettext_lazy("Latest first"), ("-starts_at", "-id")),
}
EXPORTED = (
    "number", "starts_at", "ends_at", "status", "customer__reference", "customer__full_name", "customer__phone",
    "treatment__name", "practitioner__resource__name", "priority", "channel", "is_walk_in", "fee", "cancel_reason",
)  # fmt: skip


class Listed(Asked):
    """Also the last day, words to search for, an order, and one slot of a sitting."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, "list")
        if not self.who:
            mine = queries.practices_of(self.user, self.staff)
            self.who = str(mine.pk) if mine else ""
        until = calendar_day(request.GET.get("until", ""))
        last = self.day + datetime.timedelta(days=MOST_DAYS - 1)
        self.until = min(until, last) if until and until > self.day else None
        self.words = searched(request.GET)
        self.sort = request.GET.get("sort") if request.GET.get("sort") in ORDERS else "time"
        self.sitting = uuid_or_none(request.GET.get("sitting", ""))
        self.at = _time(request.GET.get("at", ""))

    def kept(self) -> dict[str, str]:
        until = {"until": str(self.until)} if self.until else {}
        more = {
            "q": self.words,
            "sort": "" if self.sort == "time" else self.sort,
            "sitting": self.sitting or "",
        }
        return super().kept() | until | {name: str(value) for name, value in more.items() if value}

    @property
    def span(self) -> Span:
        return calendar.window(self.day, self.count_of_days, self.branch)

    @property
    def count_of_days(self) -> int:
        return (self.until - self.day).days + 1 if self.until else 1

    def title(self) -> str:
        if self.until:
            return f"{date_format(self.day, 'j M')} – {date_format(self.until, 'j M Y')}"
        return super().title()

    def visits(self) -> QuerySet[Appointment]:
        found = calendar.visits(self.day, self.count_of_days, user=self.user, branch=self.branch)
        who, treatment = uuid_or_none(self.who), uuid_or_none(self.treatment)
        if self.who not in ("", ALL):
            found = found.filter(practitioner=who)
        if self.treatment:
            is_category = self.treatment in Treatment.Category
            found = found.filter(
                **{"treatment__category": self.treatment} if is_category else {"treatment": treatment}
            )
        if self.status:
            found = found.filter(status=self.status)
        elif not self.with_cancelled and not self.words:
            found = found.exclude(status=CANCELLED)
        if self.sitting:
            found = found.filter(sitting=self.sitting)
        if self.sitting and self.at:
            found = found.filter(starts_at=instant(self.day, self.at, self.branch.zone))
        if self.words:
            people = Customer.objects.visible_to(self.user).matching(self.words)
            found = found.filter(Q(customer__in=people) | Q(number__icontains=self.words))
        return found.order_by(*ORDERS[self.sort][1])


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def schedule(request: HttpRequest) -> HttpResponse:
    """The visits of a day, or of days up to a year; a practitioner sees their own first. Like the board it answers
    nothing (204) to the `stamp` of what is shown already."""
    asked = Listed(request)
    # Whoever opens the page waits for no stamp; the first time it asks for news it gets the list with one.
    stamp = calendar.stamp(asked.day, asked.count_of_days, asked.branch) if request.htmx else ""
    if stamp and not asked.until:
        stamp = asked.stamped(stamp)
    if stamp and request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    page = Paginator(asked.visits(), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = _with_all(page.object_list, asked)
    shown = Appointment.objects.visible_to(request.user).filter(
        pk__in=[visit.pk for visit in page.object_list]
    )
    marks = asked.marks if not asked.until else registries.visit_marks(request.user, shown.values("pk"))
    for visit in page.object_list:
        _dressed(visit, asked)
        visit.mark = marks.get(visit.pk, "")
        visit.step = next_step(request.user, visit)
    context = asked.context() | {
        "page": page,
        "stamp": stamp,
        "orders": [(name, label) for name, (label, _columns) in ORDERS.items()],
        "here": asked.query(page=page.number if page.number > 1 else ""),
    }
    fragments = {"visits": "visits", "dialog": "people"}
    return reply(request, "appointments/schedule.html", context, fragments=fragments)


def _with_all(page: Any, asked: Listed) -> list[Any]:
    """The visits of one page with what is shown beside them, read for them alone and not for all pages before."""
    shown = Appointment.objects.visible_to(asked.user).filter(pk__in=page.values("pk"))
    found = queries.with_sessions(shown).select_related("customer", "treatment", "practitioner__resource")
    return list(found.order_by(*ORDERS[asked.sort][1]))


@requires(Permission.CUSTOMERS_EXPORT)
@require_GET
@confirmed(reading=True)
@notes.exports(Appointment)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed now, as a CSV file; times are the branch's. Who took it, and how many, is kept."""
    asked = Listed(request)
    rows = asked.visits().values_list(*EXPORTED)
    domain.note_export(by=request.user, branch=request.branch, count=rows.count())
    name = f"visits-{asked.day:%Y-%m-%d}" + (f"-{asked.until:%Y-%m-%d}" if asked.until else "")
    head = [column.removesuffix("__name").split("__")[-1] for column in EXPORTED]
    return csv_file(name, head, (_local(row, asked) for row in rows.iterator(500)))


def _local(row: tuple[Any, ...], asked: Asked) -> list[Any]:
    number, starts_at, ends_at, *rest = row
    times = [f"{each.astimezone(asked.branch.zone):%Y-%m-%d %H:%M}" for each in (starts_at, ends_at)]
    return [number, *times, *rest]


def _dressed(visit: Appointment, asked: Listed) -> None:
    visit.branch = asked.branch
    starts_at = visit.starts_at.astimezone(asked.branch.zone)
    visit.time = f"{starts_at:%H:%M}"
    visit.date = date_format(starts_at, "D j M") if asked.until else ""
    dress(visit)


def _time(typed: str) -> datetime.time | None:
    try:
        return datetime.time.fromisoformat(typed).replace(tzinfo=None)
    except ValueError:
        return None
