"""The day board: a lane per practitioner, or per room and device."""

import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from appointments import availability, calendar
from appointments.availability import Rota
from appointments.calendar import Line, Thing
from appointments.slots import Hours, Span
from appointments.views.asked import ALL, Asked
from appointments.views.sheet import Column, Sheet, busy
from clinic.htmx import reply
from clinic.permissions import Permission, requires
from staff.models import Practitioner


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """One day; asked for with the `stamp` of the board that is shown, nothing (204) unless it changed."""
    asked = Asked(request, "board")
    stamp = asked.stamped(calendar.stamp(asked.day, 1, asked.branch))
    if request.htmx and request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    lines = calendar.lines(asked.day, user=asked.user, branch=asked.branch)
    people = [] if asked.by_room else asked.lanes(lines)
    rota = availability.rota(branch=asked.branch, practitioners=people, first=asked.day)
    sheet = _rooms(asked, lines, rota) if asked.by_room else _people(asked, lines, people, rota)
    context = {
        "stamp": stamp,
        "holiday": rota.holidays.get(asked.day),
        "by": "room" if asked.by_room else "practitioner",
    }
    context |= asked.context(lines) | sheet.context()
    return reply(request, "appointments/day.html", context, fragments={"board": "board"})


def _people(asked: Asked, lines: list[Line], people: list[Practitioner], rota: Rota) -> Sheet:
    of: dict[UUID, list[Line]] = {}
    for line in lines:
        of.setdefault(line.practitioner_id, []).append(line)
    kept = calendar.offered(asked.day, 1, asked.branch)
    columns = [
        of_practitioner(who, asked.day, rota, of.get(who.pk, []), kept.get(who.pk, [])) for who in people
    ]
    return Sheet(asked, columns)


def of_practitioner(
    who: Practitioner, day: datetime.date, rota: Rota, lines: list[Line], kept: list[Span]
) -> Column:
    """One practitioner's day. `kept` are times offered to somebody on the waitlist."""
    windows = rota.windows(who, day)
    return Column(
        day=day,
        name=who.resource.name,
        key=who.pk,
        detail=who.speciality,
        house=_house(rota, day),
        own=rota.hours(who, day),
        windows=windows,
        away=[
            *((away.span, away.label) for away in rota.away(who, day)),
            *((span, _("Offered")) for span in kept),
        ],
        otherwise=_otherwise(rota, day),
        lines=lines,
        busy=busy(lines, who, windows),
        booking={"practitioner": who.pk},
    )


def _house(rota: Rota, day: datetime.date) -> Hours:
    return Hours() if day in rota.holidays else rota.house(day)


def _otherwise(rota: Rota, day: datetime.date) -> str:
    """Why a lane is closed that is neither at a break nor away."""
    return rota.holidays.get(day) or (_("Not in") if rota.house(day).open_ else _("Closed"))


def _rooms(asked: Asked, lines: list[Line], rota: Rota) -> Sheet:
    """The filter by practitioner leaves all rooms: it is about visits. Those without a room have a lane of their own."""
    things = calendar.things_of(asked.day, user=asked.user, branch=asked.branch)
    of: dict[UUID | None, list[tuple[Line, Thing]]] = {}
    for line in lines:
        for thing in things.get(line.pk) or [Thing(None, None)]:
            of.setdefault(thing.pk, []).append((line, thing))
    out = calendar.out_of_service(asked.day, 1, asked.branch)
    end = calendar.window(asked.day, 1, asked.branch).ends
    house, mine = _house(rota, asked.day), {"practitioner": asked.who} if asked.who not in ("", ALL) else {}
    columns = [
        Column(
            day=asked.day,
            name=one.name,
            key=one.pk,
            detail=one.get_kind_display(),
            house=house,
            away=[(Span(o.starts_at, o.ends_at or end), o.reason) for o in out if o.resource_id == one.pk],
            otherwise=_otherwise(rota, asked.day),
            lines=[line for line, _thing in of.get(one.pk, [])],
            busy=[thing.held for _line, thing in of.get(one.pk, []) if thing.held],
            booking={"room": one.pk, **mine},
        )
        for one in calendar.things_at(asked.branch, {key for key in of if key})
    ]
    names = {who.pk: who.resource.name for who in asked.lanes(lines)}
    return Sheet(asked, columns + _nowhere(asked, house, of), names)


def _nowhere(asked: Asked, house: Hours, of: dict[UUID | None, list[tuple[Line, Thing]]]) -> list[Column]:
    """Nothing is booked here, so nothing is free here."""
    mine = [line for line, _thing in of.get(None, [])]
    whole = calendar.window(asked.day, 1, asked.branch)
    return [Column(day=asked.day, name=_("No room"), house=house, lines=mine, busy=[whole])] if mine else []
