"""A month: each day's visits by state, how full it is, who is away."""

import calendar as months
import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from appointments import availability, calendar, load, slots
from appointments.availability import Rota
from appointments.forms import FIRST_DAY, LAST_DAY
from appointments.load import Load
from appointments.models import Appointment
from appointments.panels import LOOKS
from appointments.views.asked import ALL, CANCELLED, Asked, uuid_or_none
from appointments.views.sheet import LETS_GO
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from packages.models import Treatment
from staff.models import Practitioner

SHOWN = [status for status in LOOKS if status not in Appointment.UNPLACED]


class AskedMonth(Asked):
    """The weeks, from Monday, that hold the month of the day asked for."""

    @property
    def first(self) -> datetime.date:
        begins = self.day.replace(day=1)
        return begins - datetime.timedelta(days=begins.weekday())

    @property
    def dates(self) -> list[datetime.date]:
        last = self.day.replace(day=months.monthrange(self.day.year, self.day.month)[1])
        count = (last - self.first).days + 1
        return [self.first + datetime.timedelta(days=n) for n in range(-(-count // 7) * 7)]

    @property
    def is_now(self) -> bool:
        return (self.today.year, self.today.month) == (self.day.year, self.day.month)

    def title(self) -> str:
        return date_format(self.day, "F Y")

    def beside(self, step: int) -> datetime.date:
        """The first of a neighbouring month, as far as calendars reach."""
        there = self.day.replace(day=1) + datetime.timedelta(days=31 if step > 0 else -1)
        return min(max(there.replace(day=1), FIRST_DAY), LAST_DAY)

    def narrowed(self) -> Q:
        """The filters for the database: a year's visits aren't read to be counted."""
        found = Q()
        if self.who not in ("", ALL):
            found &= Q(practitioner=uuid_or_none(self.who))
        if self.treatment in Treatment.Category:
            found &= Q(treatment__category=self.treatment)
        elif self.treatment:
            found &= Q(treatment=uuid_or_none(self.treatment))
        if self.status:
            found &= Q(status=self.status)
        return found if self.with_cancelled else found & ~Q(status=CANCELLED)


@dataclass(frozen=True)
class Share:
    """A state's part of a day's bar, in per cent."""

    look: str
    x: int
    width: int


@dataclass(frozen=True)
class Day:
    day: datetime.date
    url: str
    is_in: bool
    load: Load
    shares: list[Share]
    holiday: str
    away: str
    said: str


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """Like the day board it answers nothing (204) to the `stamp` of what is shown already."""
    asked = AskedMonth(request, "month")
    dates = asked.dates
    stamp = calendar.stamp(dates[0], len(dates), asked.branch)
    if request.htmx and request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    people = asked.lanes([])
    rota = availability.rota(branch=asked.branch, practitioners=people, first=dates[0], days=len(dates))
    counts = calendar.counts(
        dates[0], len(dates), user=asked.user, branch=asked.branch, narrowed=asked.narrowed()
    )
    who = None if asked.who in ("", ALL) else uuid_or_none(asked.who)
    booked = calendar.booked(dates[0], len(dates), asked.branch, who)
    days = [_day(asked, day, rota, people, counts.get(day, {}), booked.get(day, 0)) for day in dates]
    context = asked.context() | {
        "stamp": stamp,
        "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
        "legend": _legend(asked, days, counts),
    }
    return reply(request, "appointments/month.html", context, fragments={"board": "board"})


def _day(
    asked: AskedMonth, day: datetime.date, rota: Rota, people: list[Practitioner], counts: dict[str, int], booked: int
) -> Day:  # fmt: skip
    house = [] if day in rota.holidays else rota.house(day).usable
    open_ = sum(load.minutes(slots.intersect(house, rota.hours(who, day).usable)) for who in people)
    visits = sum(count for status, count in counts.items() if status not in LETS_GO)
    away = sum(1 for who in people if rota.away(who, day))
    full = Load(visits, booked, open_)
    return Day(
        day=day,
        url=f"{reverse('appointment-list')}?{asked.query(day=day)}",
        is_in=day.month == asked.day.month,
        load=full,
        shares=_shares(counts),
        holiday=rota.holidays.get(day, ""),
        away=ngettext("%(count)s away", "%(count)s away", away) % {"count": away} if away else "",
        said=_said(asked, counts),
    )


def _shares(counts: dict[str, int]) -> list[Share]:
    """In the order of a visit's life, side by side without a gap."""
    found, before, whole = [], 0, sum(counts.values())
    for status in SHOWN:
        count = counts.get(status, 0)
        start, end = round(100 * before / whole) if whole else 0, 0
        before += count
        end = round(100 * before / whole) if whole else 0
        if count:
            found.append(Share(LOOKS[status][0], start, end - start))
    return found


def _said(asked: AskedMonth, counts: dict[str, int]) -> str:
    """The bar in words."""
    return ", ".join(
        f"{counts[status]} {name}" for status, name in asked.names.items() if counts.get(status)
    ) or _("no visits")


def _legend(
    asked: AskedMonth, days: list[Day], counts: dict[datetime.date, dict[str, int]]
) -> list[dict[str, Any]]:
    mine = [counts.get(day.day, {}) for day in days if day.is_in]
    return [
        {"look": LOOKS[status][0], "label": name, "count": sum(day.get(status, 0) for day in mine)}
        for status, name in asked.names.items()
        if status != CANCELLED or asked.with_cancelled
    ]
