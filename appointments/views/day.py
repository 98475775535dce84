"""One day of the branch: as a board with a lane per practitioner, and as a list."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from appointments import board as layout
from appointments import queries, slots
from appointments.availability import SHORTEST_STEP, house_hours, instant, own_hours
from appointments.board import Block, Scale
from appointments.forms import calendar_day
from appointments.models import Appointment
from appointments.panels import LOOKS, dress, what
from appointments.queries import Line
from appointments.slots import Hours, Span
from appointments.views.actions import next_step
from clinic.models import Branch
from clinic.permissions import Permission, requires
from staff.models import Practitioner, WeeklyHours

LETS_GO = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The day board."""
    day = _Day(request)
    lines = queries.lines_on(day.day, user=request.user, branch=request.branch)
    return render(request, "appointments/day.html", day.context() | _board(day, lines))


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def schedule(request: HttpRequest) -> HttpResponse:
    """The same day as a list; a practitioner sees their own visits first."""
    day = _Day(request, mine_first=True)
    visits = [visit for visit in day.visits() if day.shows(visit)]
    for visit in visits:
        visit.step = next_step(request.user, visit)
    return render(request, "appointments/schedule.html", day.context() | {"visits": visits})


class _Day:
    """What was asked for: a day, perhaps one practitioner, perhaps one state. What makes no sense is left out."""

    def __init__(self, request: HttpRequest, mine_first: bool = False) -> None:
        self.user, self.branch = request.user, request.branch
        self.today = timezone.localdate(timezone=self.branch.zone)
        self.day = calendar_day(request.GET.get("day", "")) or self.today
        self.staff = queries.shifts_at(self.branch)
        self.status = request.GET.get("status", "")
        self.url = reverse("appointment-list")
        self.states = {status.value: str(status.label) for status in LOOKS}
        self.looks = {status.value: look for status, (look, _tone) in LOOKS.items()}
        self.who = request.GET.get("practitioner", "")
        if mine_first and not self.who:
            mine = queries.practices_of(self.user, [who for who, _shifts in self.staff])
            self.who = str(mine.pk) if mine else ""

    def visits(self) -> list[Appointment]:
        found = list(queries.visits_on(self.day, user=self.user, branch=self.branch))
        for visit in found:
            visit.branch = self.branch
            visit.time = f"{visit.starts_at.astimezone(self.branch.zone):%H:%M}"
            dress(visit)
        return found

    def shows(self, visit: Appointment) -> bool:
        return self.wants(visit.practitioner_id) and self.status in ("", visit.status)

    def wants(self, practitioner_id: Any) -> bool:
        return self.who in ("", "all", str(practitioner_id))

    def lanes(self, lines: list[Line]) -> list[tuple[Practitioner, list[WeeklyHours]]]:
        """Everybody who works here, and whoever has a visit that day though they no longer do."""
        strangers = {line.practitioner_id for line in lines} - {who.pk for who, _shifts in self.staff}
        gone = queries.practitioners(strangers) if strangers else []
        everybody = [*self.staff, *((who, []) for who in gone)]
        return [(who, shifts) for who, shifts in everybody if self.wants(who.pk)]

    def narrowed_to(self) -> list[str]:
        """What the filters leave, in words."""
        names = [who.resource.name for who, _shifts in self.staff if str(who.pk) == self.who]
        return names + [label for status, label in self.states.items() if status == self.status]

    def context(self) -> dict[str, Any]:
        step = datetime.timedelta(days=1)
        kept = {"practitioner": self.who, "status": self.status}
        kept = {name: value for name, value in kept.items() if value}
        return {
            "day": self.day,
            "today": self.today,
            "who": self.who,
            "status": self.status,
            "narrowed_to": ", ".join(self.narrowed_to()),
            "staff": [who for who, _shifts in self.staff],
            "statuses": Appointment.Status.choices,
            "previous": urlencode({"day": str(self.day - step), **kept}),
            "now_here": urlencode(kept),
            "next": urlencode({"day": str(self.day + step), **kept}),
            "same": urlencode({"day": str(self.day), **kept}),
        }


@dataclass(frozen=True)
class Lane:
    """A practitioner's column, ready to be drawn. `book_url` lacks only the time at its end."""

    practitioner: Practitioner
    book_url: str
    visits: list[Block] = field(default_factory=list)
    closed: list[Block] = field(default_factory=list)
    free: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class _Sheet:
    """What all lanes of one day share. The house's hours are empty on a holiday."""

    day: _Day
    house: Hours
    holiday: str | None
    shown: Scale
    now: datetime.datetime


def _board(day: _Day, lines: list[Line]) -> dict[str, Any]:
    house = queries.house_on(day.day, day.branch)
    hours = Hours() if house.holiday else house_hours(house.hours, day.day, day.branch.zone)
    shown = layout.scale(hours.open_, [_span(line) for line in lines], _office_hours(day))
    sheet = _Sheet(day, hours, house.holiday, shown, timezone.now())
    of: dict[Any, list[Line]] = {}
    for line in lines:
        of.setdefault(line.practitioner_id, []).append(line)
    return {
        "lanes": [_lane(sheet, who, shifts, of.get(who.pk, [])) for who, shifts in day.lanes(lines)],
        "rows": shown.rows,
        "hours": _hours(shown, day.branch),
        "now": shown.share(sheet.now),
        "holiday": house.holiday,
        "legend": _legend(day, lines),
    }


def _lane(sheet: _Sheet, who: Practitioner, shifts: list[WeeklyHours], lines: list[Line]) -> Lane:
    day = sheet.day
    own = own_hours(shifts, day.day, day.branch.zone)
    away = sheet.holiday or (_("Not in") if sheet.house.open_ else _("Closed"))
    drawn = [(_span(line), _drawn(day, line)) for line in lines if day.status in ("", line.status)]
    return Lane(
        practitioner=who,
        book_url=f"{reverse('appointment-new')}?{urlencode({'day': str(day.day), 'practitioner': who.pk})}&time=",
        visits=layout.side_by_side(sheet.shown, drawn),
        closed=layout.closed(sheet.shown, sheet.house, own, {"break": _("Break"), "away": away}),
        free=_free(sheet, who, lines, slots.intersect(sheet.house.usable, own.usable)),
    )


def _drawn(day: _Day, line: Line) -> dict[str, str]:
    """The words of one visit. Its address is put together: resolving two hundred would cost as much as the query."""
    return {
        "url": f"{day.url}{line.pk}/",
        "look": day.looks[line.status],
        "name": line.name,
        "state": day.states[line.status],
        "text": f"{line.starts_at.astimezone(day.branch.zone):%H:%M} · "
        + what(line.treatment, line.session_number, line.session_count),
    }


def _free(sheet: _Sheet, who: Practitioner, lines: list[Line], open_: list[Span]) -> list[Block]:
    """What can be clicked to book, for those who may book."""
    if not sheet.day.user.may(Permission.APPOINTMENTS_CREATE):
        return []
    branch = sheet.day.branch
    before = datetime.timedelta(minutes=who.resource.minutes_before)
    after = datetime.timedelta(minutes=who.resource.minutes_after)
    busy = [_span(line).widened(before, after) for line in lines if line.status not in LETS_GO]
    step = datetime.timedelta(minutes=max(SHORTEST_STEP, branch.slot_minutes))
    return [
        Block(block.at, block.rows, f"{block.what.astimezone(branch.zone):%H:%M}")
        for block in layout.free(sheet.shown, open_, busy, step, sheet.now)
    ]


def _span(line: Line) -> Span:
    return Span(line.starts_at, line.ends_at)


def _office_hours(day: _Day) -> Span:
    """What an empty day shows."""
    zone = day.branch.zone
    return Span(instant(day.day, datetime.time(9), zone), instant(day.day, datetime.time(18), zone))


def _hours(shown: Scale, branch: Branch) -> list[Block]:
    count = (shown.ends - shown.starts) // layout.HOUR
    starts = [shown.starts + n * layout.HOUR for n in range(count)]
    return [
        shown.block(Span(start, start + layout.HOUR), f"{start.astimezone(branch.zone):%H:%M}")
        for start in starts
    ]


def _legend(day: _Day, lines: list[Line]) -> list[dict[str, Any]]:
    """Each state with how many visits are in it; cancelled ones aren't on the board."""
    shown = [line.status for line in lines if day.wants(line.practitioner_id)]
    return [
        {"look": look, "label": status.label, "count": shown.count(status)}
        for status, (look, _tone) in LOOKS.items()
        if status != Appointment.Status.CANCELLED
    ]
