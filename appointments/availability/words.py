"""The sentences for a time that can't be had."""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments.availability.rota import Away
from appointments.days import Closed, Day
from appointments.slots import Span
from clinic.models import Branch, Resource
from packages.models import Treatment
from staff.models import Practitioner, TimeOff


class Place(NamedTuple):
    """Where and with whom, on which local day; the holiday's name, and what the practitioner has off at that time."""

    branch: Branch
    practitioner: Practitioner
    date: datetime.date
    holiday: str
    away: Away | None


def closed(reason: Closed, day: Day, visit: Span, place: Place) -> str:
    """Why the visit can't be at that time. Of a leave it says how long it lasts, never what for."""
    zone, window = place.branch.zone, day.window_at(visit.starts)
    own = reason in (Closed.OWN_BREAK, Closed.OUTSIDE_SHIFT, Closed.OUTSIDE_DAY_HOURS)
    hours = day.hours_for(window) if own else day.house
    pause = next((span for span in hours.breaks if span.overlaps(visit)), None)
    return (_leave(place.away) if reason is Closed.AWAY else _sentences()[reason]) % {
        "branch": place.branch.trade_name,
        "name": str(place.practitioner),
        "day": date_format(place.date, "l j F"),
        "last": date_format(place.away.off.last_day, "l j F") if place.away else "",
        "holiday": place.holiday,
        "break": _spoken([pause], zone) if pause else "",
        "hours": _spoken(hours.open_, zone),
        "shift": _spoken([window.span], zone) if window else "",
        "visit": _spoken([visit], zone),
        "cap": day.cap_for(window),
    }


def _leave(away: Away | None) -> str:
    if away is None or away.off.part == TimeOff.Part.FULL_DAY:
        if away and away.off.last_day > away.off.first_day:
            return _("%(name)s is on leave until %(last)s.")
        return _("%(name)s is on leave on %(day)s.")
    if away.off.part == TimeOff.Part.MORNING:
        return _("%(name)s has the morning of %(day)s off.")
    return _("%(name)s has the afternoon of %(day)s off.")


def _sentences() -> dict[Closed, str]:
    return {
        Closed.LENGTH: _("A visit takes time: give it at least a minute."),
        Closed.PAST: _(
            "That time has passed. Choose a later one, or mark the visit as a walk-in if the person is here now."
        ),
        Closed.HOLIDAY: _("%(branch)s is closed on %(day)s: %(holiday)s."),
        Closed.CLOSED_DAY: _("%(branch)s is closed on %(day)s."),
        Closed.BREAK: _("%(branch)s has a break from %(break)s."),
        Closed.OUTSIDE_HOURS: _(
            "%(branch)s is open from %(hours)s on %(day)s; this visit would be from %(visit)s."
        ),
        Closed.DAY_OFF: _("%(name)s does not work on %(day)s."),
        Closed.OWN_BREAK: _("%(name)s has a break from %(break)s."),
        Closed.OUTSIDE_SHIFT: _(
            "%(name)s works from %(hours)s on %(day)s; this visit would be from %(visit)s."
        ),
        Closed.OUTSIDE_DAY_HOURS: _(
            "On %(day)s %(name)s works other hours than usual, from %(hours)s; this visit would be from %(visit)s."
        ),
        Closed.DAY_FULL: _("%(name)s has as many visits on %(day)s as a day may hold (%(cap)s)."),
        Closed.SHIFT_FULL: _("The shift of %(name)s from %(shift)s on %(day)s is full."),
        Closed.WAITLIST: _(
            "The shift of %(name)s from %(shift)s on %(day)s is full. The visit can go on the waitlist."
        ),
    }


def taken(kind: str, names: Sequence[str], out: str | None) -> str:
    """Why none of these resources is to be had; `out` is the reason of one that is out of service then."""
    if not names:
        return _("No %(kind)s that this treatment needs is in service at this branch.") % {
            "kind": Resource.Kind(kind).label.lower()
        }
    if len(names) > 1:
        if out:
            return _("%(names)s are all in use or out of service at that time.") % {"names": ", ".join(names)}
        return _("%(names)s are all in use at that time.") % {"names": ", ".join(names)}
    if out:
        return _("%(name)s is out of service at that time: %(reason)s.") % {
            "name": names[0],
            "reason": out.rstrip("."),
        }
    if kind == Resource.Kind.PRACTITIONER:
        return _("%(name)s already has a visit at that time.") % {"name": names[0]}
    return _("%(name)s is in use at that time.") % {"name": names[0]}


def not_among(practitioner: Practitioner, treatment: Treatment, names: Sequence[str]) -> str:
    """Who gives a treatment, for somebody who asked for one who doesn't."""
    if not names:
        return _("Nobody at this branch gives %(treatment)s.") % {"treatment": treatment}
    return _("%(name)s does not give %(treatment)s; it is given by %(names)s.") % {
        "name": practitioner,
        "treatment": treatment,
        "names": _(" and ").join(filter(None, [", ".join(names[:-1]), names[-1]])),
    }


def _spoken(spans: Iterable[Span], zone: ZoneInfo) -> str:
    return _(" and ").join(
        _("%(from)s to %(to)s")
        % {
            "from": f"{span.starts.astimezone(zone):%H:%M}",
            "to": f"{span.ends.astimezone(zone):%H:%M}",
        }
        for span in spans
    )
