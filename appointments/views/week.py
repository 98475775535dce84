"""A week: of one practitioner as a board with a lane per day, of everybody as a table of days."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from appointments import availability, calendar, load
from appointments.availability import Rota
from appointments.calendar import Line
from appointments.load import Load
from appointments.slots import Span
from appointments.views.asked import ALL, Asked, uuid_or_none
from appointments.views.board import of_practitioner
from appointments.views.sheet import LETS_GO, Column, Sheet, clock
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from staff.models import Practitioner

DAYS = 7


class AskedWeek(Asked):
    """The week round the day asked for, from Monday."""

    days = DAYS

    @property
    def first(self) -> datetime.date:
        return self.day - datetime.timedelta(days=self.day.weekday())

    @property
    def dates(self) -> list[datetime.date]:
        return [self.first + datetime.timedelta(days=n) for n in range(DAYS)]

    @property
    def span(self) -> Span:
        return calendar.window(self.first, DAYS, self.branch)

    @property
    def is_now(self) -> bool:
        return self.today in self.dates

    def title(self) -> str:
        return f"{date_format(self.first, 'j M')} – {date_format(self.dates[-1], 'j M Y')}"


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """Like the day board it answers nothing (204) to the `stamp` of what is shown already."""
    asked = AskedWeek(request, "week")
    stamp = asked.stamped(calendar.stamp(asked.first, DAYS, asked.branch))
    if request.htmx and request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    counted = asked.who in ("", ALL)
    lines = calendar.lines(
        asked.first,
        DAYS,
        user=asked.user,
        branch=asked.branch,
        who=None if counted else uuid_or_none(asked.who),
        nameless=counted,
    )
    people = asked.lanes(lines)
    rota = availability.rota(branch=asked.branch, practitioners=people, first=asked.first, days=DAYS)
    kept = calendar.offered(asked.first, DAYS, asked.branch)
    of: dict[tuple[UUID, datetime.date], list[Line]] = {}
    for line in lines:
        day = availability.local_day(line.starts_at, asked.branch.zone)
        of.setdefault((line.practitioner_id, day), []).append(line)

    def column(who: Practitioner, day: datetime.date) -> Column:
        return of_practitioner(who, day, rota, of.get((who.pk, day), []), kept.get(who.pk, []))

    one = None if counted or not people else people[0]
    context = {
        "stamp": stamp,
        "by": "day",
        "one": one,
        "everybody": "?" + asked.query(practitioner=""),
    } | asked.context(lines)
    if one:
        columns = [_day(column(one, day), rota.holidays.get(day)) for day in asked.dates]
        context |= Sheet(asked, columns).context()
    else:
        context |= _table(asked, people, rota, column)
    return reply(request, "appointments/week.html", context, fragments={"board": "board"})


def _day(column: Column, holiday: str | None) -> Column:
    """A practitioner's day as a lane of their week."""
    board = f"{reverse('appointment-list')}?{urlencode({'day': column.day, 'practitioner': column.key})}"
    return replace(column, key=None, name=date_format(column.day, "D j M"), detail=holiday or "", url=board)


@dataclass(frozen=True)
class Cell:
    """One day of one practitioner: how full it is, when there is room first, or why nobody is there."""

    name: str
    url: str
    load: Load
    free: str = ""
    is_over: bool = False
    away: str = ""


@dataclass(frozen=True)
class Row:
    practitioner: Practitioner
    url: str
    cells: Sequence[Cell]
    load: Load


def _table(
    asked: AskedWeek, people: Sequence[Practitioner], rota: Rota, column: Callable[..., Column]
) -> dict[str, Any]:
    now = timezone.now()
    names = {day: date_format(day, "D j M") for day in asked.dates}
    rows = []
    for who in people:
        cells = [_cell(asked, column(who, day), now, name) for day, name in names.items()]
        url = "?" + asked.query(practitioner=who.pk)
        rows.append(Row(who, url, cells, sum((cell.load for cell in cells), Load())))
    return {
        "dates": [{"day": day, "holiday": rota.holidays.get(day)} for day in asked.dates],
        "rows": rows,
        "totals": [sum((row.cells[n].load for row in rows), Load()) for n in range(DAYS)],
    }


def _cell(asked: AskedWeek, column: Column, now: datetime.datetime, name: str) -> Cell:
    lines = [line for line in column.lines if asked.wants(line) and line.status not in LETS_GO]
    usable = column.usable
    free = load.first_free(usable, column.busy, column.grids(asked.branch), now)
    away = next((label for _span, label in column.away), "") if not usable else ""
    return Cell(
        name=name,
        url=f"{reverse('appointment-list')}?{asked.query(day=column.day, practitioner=column.key)}",
        load=Load(len(lines), load.minutes(column.busy), load.minutes(usable)),
        free=clock(free.astimezone(asked.branch.zone)) if free else "",
        is_over=bool(usable) and usable[-1].ends <= now,
        away="" if usable else away or column.otherwise,
    )
