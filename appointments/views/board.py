"""The day board: a lane per practitioner, or per room and device."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from appointments import calendar, queries
from appointments.availability import house_hours, own_hours
from appointments.calendar import Line, Thing
from appointments.slots import Hours, Span
from appointments.views.asked import ALL, Asked
from appointments.views.sheet import Column, Sheet, busy
from clinic.htmx import reply
from clinic.permissions import Permission, requires


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """One day; asked for with the `stamp` of the board that is shown, nothing (204) unless it changed."""
    asked = Asked(request, "board")
    stamp = calendar.stamp(asked.day, 1, asked.branch)
    if request.htmx and request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    lines = calendar.lines(asked.day, user=asked.user)
    house = queries.house_on(asked.day, asked.branch)
    hours = Hours() if house.holiday else house_hours(house.hours, asked.day, asked.branch.zone)
    otherwise = house.holiday or (_("Not in") if hours.open_ else _("Closed"))
    sheet = (
        _rooms(asked, lines, hours, otherwise) if asked.by_room else _people(asked, lines, hours, otherwise)
    )
    shown = {"stamp": stamp, "holiday": house.holiday, "by": "room" if asked.by_room else "practitioner"}
    context = asked.context(lines) | sheet.context() | shown
    return reply(request, "appointments/day.html", context, fragments={"board": "board"})


def _people(asked: Asked, lines: list[Line], house: Hours, otherwise: str) -> Sheet:
    of: dict[UUID, list[Line]] = {}
    for line in lines:
        of.setdefault(line.practitioner_id, []).append(line)
    columns = []
    for who in asked.lanes(lines):
        mine, thing = of.get(who.pk, []), who.resource
        columns.append(
            Column(
                day=asked.day,
                name=thing.name,
                key=who.pk,
                detail=who.speciality,
                house=house,
                own=own_hours(who.weekly_hours.all(), asked.day, asked.branch.zone),
                otherwise=otherwise,
                lines=mine,
                busy=busy(mine, thing.minutes_before, thing.minutes_after),
                booking={"practitioner": who.pk},
            )
        )
    return Sheet(asked, columns)


def _rooms(asked: Asked, lines: list[Line], house: Hours, otherwise: str) -> Sheet:
    """The filter by practitioner leaves all rooms: it is about visits. Those without a room have a lane of their own."""
    things = calendar.things_of(asked.day, user=asked.user)
    of: dict[UUID | None, list[tuple[Line, Thing]]] = {}
    for line in lines:
        for thing in things.get(line.pk) or [Thing(None, None)]:
            of.setdefault(thing.pk, []).append((line, thing))
    out = calendar.out_of_service(asked.day, 1, asked.branch)
    end = calendar.window(asked.day, 1, asked.branch).ends
    columns = [
        Column(
            day=asked.day,
            name=one.name,
            key=one.pk,
            detail=one.get_kind_display(),
            house=house,
            away=[(Span(o.starts_at, o.ends_at or end), o.reason) for o in out if o.resource_id == one.pk],
            otherwise=otherwise,
            lines=[line for line, _thing in of.get(one.pk, [])],
            busy=[thing.held for _line, thing in of.get(one.pk, []) if thing.held],
            booking={"room": one.pk} | ({"practitioner": asked.who} if asked.who not in ("", ALL) else {}),
        )
        for one in calendar.things_at(asked.branch, {key for key in of if key})
    ]
    return Sheet(
        asked, columns + _nowhere(asked, house, of), {who.pk: who.resource.name for who in asked.lanes(lines)}
    )


def _nowhere(asked: Asked, house: Hours, of: dict[UUID | None, list[tuple[Line, Thing]]]) -> list[Column]:
    """Nothing is booked here, so nothing is free here."""
    mine = [line for line, _thing in of.get(None, [])]
    whole = calendar.window(asked.day, 1, asked.branch)
    return [Column(day=asked.day, name=_("No room"), house=house, lines=mine, busy=[whole])] if mine else []
