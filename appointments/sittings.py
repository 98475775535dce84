"""Shifts that are given out by serial numbers or as an open queue: the visits share the practitioner.

A sitting holds its practitioner once for each slot into which a standing visit falls; rooms and devices are held by each
visit. Everything here runs under the lock of the practitioner's resource, and the sitting's row is locked after that.
"""

import datetime
from collections.abc import Iterable
from dataclasses import replace

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments import serials, slots
from appointments.asks import Ask, next_free
from appointments.availability import Diary
from appointments.days import Closed, Day
from appointments.models import Appointment, Hold, Sitting, Wish
from appointments.slots import TICK, Span, Window
from clinic.locks import lock_resources
from clinic.refusals import Refusal
from staff.models import Shift

Priority = Appointment.Priority
ON_THE_HALF_HOUR = (0, 30)
#: The place is open, but enough people come: no reason against emergencies, and a sitting counts for itself.
FULL = frozenset({Closed.DAY_FULL, Closed.SHIFT_FULL, Closed.WAITLIST})


def window_of(ask: Ask, diary: Diary) -> Window | None:
    """The shared shift in which the wish falls, or without a time the first of the day; None where there is none."""
    if ask.starts_at:
        window = diary.window_at(ask.starts_at) or _just_ended(ask, diary)
        return window if window and window.is_shared else None
    now = timezone.now()
    shared = [window for window in diary.day(ask.day).windows if window.is_shared]
    return next((window for window in shared if window.span.ends > now), shared[-1] if shared else None)


def _just_ended(ask: Ask, diary: Diary) -> Window | None:
    """Somebody with priority may come until the end of the shift, that minute included."""
    if ask.appointment.priority != Priority.PRIORITY:
        return None
    return next((each for each in diary.day(ask.day).windows if each.span.ends == ask.starts_at), None)


def settle(ask: Ask, window: Window, diary: Diary) -> None:
    """The place of a visit in a shared shift: its serial number, if it gets one, and when it is to come.

    After the cap the shift's rule says: the last slot, the waitlist (then the ask is_waitlisted), or a refusal.
    """
    sitting = _locked(ask, window)
    window = replace(window, last_serial=sitting.last_serial)
    _check_open(ask, window, diary)
    start = _start(ask, sitting, window, diary)
    length = window.step if ask.minutes is None else datetime.timedelta(minutes=ask.minutes)
    ask.visit = Span(start, start + length)
    if not ask.is_waitlisted:
        ask.sitting = sitting
        ask.slots = [slot for slot in _grid(window) if slot.overlaps(ask.visit)]


def _start(ask: Ask, sitting: Sitting, window: Window, diary: Diary) -> datetime.datetime:
    visit, day = ask.appointment, diary.day(ask.day)
    if visit.sitting_id == sitting.pk and (visit.serial or visit.priority == Priority.NORMAL):
        ask.serial = visit.serial
        return _moved(ask, window, diary)
    if visit.priority != Priority.NORMAL:
        return _preferred(ask, window, diary)
    decision = _decide(day, window)
    if decision == "stop":
        raise Refusal(_full(ask, window), field="time", offers=next_free(ask))
    start = day.next_start(window, timezone.now()) or window.span.starts
    if ask.after:  # nobody is called in before the part before is done
        start = max(start, ask.after.visit.ends)
    if decision == "waitlist":
        ask.is_waitlisted = True
    elif window.mode == Shift.Mode.SERIAL:
        sitting.last_serial = ask.serial = sitting.last_serial + 1
        sitting.save(update_fields=["last_serial"])
    return start


def _decide(day: Day, window: Window) -> serials.Decision:
    """What becomes of one person more. A queue without a cap takes everybody."""
    if window.mode == Shift.Mode.SERIAL:
        return day.decide(window, window.taken + 1)
    return serials.decide(window.taken + 1, cap=window.cap, overflow=window.overflow)


def _moved(ask: Ask, window: Window, diary: Diary) -> datetime.datetime:
    """Within its own sitting a visit keeps its number and comes in the slot it is moved to."""
    wished = ask.starts_at or ask.appointment.starts_at
    grid = _grid(window)
    slot = next((slot for slot in grid if slot.has(wished)), grid[-1])
    if slot.ends <= _now(ask):
        raise Refusal(_("That time has passed."), field="time", offers=next_free(ask))
    _refuse_closed(ask, diary, slot.starts)
    return slot.starts


def _preferred(ask: Ask, window: Window, diary: Diary) -> datetime.datetime:
    """Whoever comes with priority has no number; they may come at any time, or at one they prefer."""
    now = _now(ask).replace(second=0, microsecond=0)
    wished = ask.starts_at.astimezone(datetime.UTC) if ask.starts_at else window.span.starts
    if ask.is_squeezed_in or wished == window.span.starts:
        start = max(wished, now, diary.day(ask.day).open_for(window)[0].starts)
        return min(start, window.span.ends)
    local = wished.astimezone(diary.branch.zone)
    if local.minute not in ON_THE_HALF_HOUR:
        raise Refusal(
            _(
                "A preferred time is on the hour or the half hour; without one, any time of the shift will do."
            ),
            field="time",
        )
    if wished < now:
        raise Refusal(_("That time has passed."), field="time")
    _refuse_closed(ask, diary, min(wished, window.span.ends - TICK))
    return wished


def _check_open(ask: Ask, window: Window, diary: Diary) -> None:
    day, now = diary.day(ask.day), _now(ask)
    if not day.open_for(window) or day.open_for(window)[-1].ends <= now:
        _refuse_closed(ask, diary, max(window.span.starts, min(now, window.span.ends - TICK)))
        raise Refusal(_no_time_left(ask), field="time", offers=next_free(ask))
    cap = ask.practitioner.daily_cap
    if cap is not None and day.taken >= cap and not ask.is_squeezed_in:
        raise Refusal(_full(ask, window), field="time", offers=next_free(ask))


def _refuse_closed(ask: Ask, diary: Diary, at: datetime.datetime) -> None:
    moment, now = Span(at, at + TICK), _now(ask)
    if diary.day(ask.day).why_closed(moment, now) not in {None, *FULL}:
        raise Refusal(diary.why_closed(moment, now) or "", field="time", offers=next_free(ask))


def _now(ask: Ask) -> datetime.datetime:
    """A visit that is brought back, or stays where it is, may have begun."""
    return ask.not_before or timezone.now()


def _no_time_left(ask: Ask) -> str:
    return _("%(name)s has no time left in that shift.") % {"name": ask.practitioner}


def _full(ask: Ask, window: Window) -> str:
    zone = ask.appointment.branch.zone
    return _("The shift of %(name)s from %(from)s to %(to)s on %(day)s is full.") % {
        "name": ask.practitioner,
        "from": f"{window.span.starts.astimezone(zone):%H:%M}",
        "to": f"{window.span.ends.astimezone(zone):%H:%M}",
        "day": date_format(ask.day, "l j F"),
    }


def _locked(ask: Ask, window: Window) -> Sitting:
    """The sitting of a shift, made with its first visit. Where the shift's hours were changed since, it goes along:
    numbers begin anew with another sitting only."""
    rows = Sitting.objects.select_for_update(no_key=True).filter(
        practitioner=ask.practitioner, starts_at__lt=window.span.ends, ends_at__gt=window.span.starts
    )
    now = {"starts_at": window.span.starts, "ends_at": window.span.ends, "mode": window.mode}
    found = rows.order_by("starts_at").first()
    if found is None:
        return Sitting.objects.create(
            branch=ask.appointment.branch, practitioner=ask.practitioner, day=ask.day, **now
        )
    if any(getattr(found, name) != value for name, value in now.items()):
        for name, value in now.items():
            setattr(found, name, value)
        found.save(update_fields=[*now])
    return found


def _grid(window: Window) -> list[Span]:
    """The slots of a shift, breaks or not; the last may be shorter."""
    count = -((window.span.starts - window.span.ends) // window.step)
    starts = [window.span.starts + number * window.step for number in range(count)]
    return [Span(start, min(start + window.step, window.span.ends)) for start in starts]


def hold(ask: Ask) -> None:
    """Hold the practitioner for the slots of a visit, as far as nobody does yet.

    Where a visit with a time of its own stands inside (the shift was given out otherwise before), it keeps its part.
    """
    if ask.sitting is None or not ask.slots:
        return
    resource = ask.practitioner.resource_id
    whole = (ask.slots[0].starts, ask.slots[-1].ends)
    held = Hold.objects.filter(resource=resource, released_at=None, during__overlap=whole)
    busy = [Span(*each) for each in held.values_list("during__startswith", "during__endswith")]
    free = [span for slot in ask.slots for span in slots.subtract([slot], busy)]
    Hold.objects.bulk_create(
        Hold(sitting=ask.sitting, resource_id=resource, during=DateTimeTZRange(*span)) for span in free
    )


def line_up(appointments: Iterable[Appointment]) -> None:
    """Lock the practitioners of all the sittings that several visits are about to leave, in one queue."""
    lock_resources(each.practitioner.resource_id for each in appointments if each.sitting_id)


def leave(appointment: Appointment) -> None:
    """Let the practitioner go from the slots into which no other standing visit falls."""
    lock_resources([appointment.practitioner.resource_id])
    sitting = Sitting.objects.select_for_update(no_key=True).get(pk=appointment.sitting_id)  # type: ignore[misc]  # asked of visits that sit
    others = Appointment.objects.standing().filter(
        sitting=sitting,
        starts_at__lt=OuterRef("during__endswith"),
        ends_at__gt=OuterRef("during__startswith"),
    )
    holds = sitting.holds.filter(~Exists(others.exclude(id=appointment.id)), released_at=None)
    holds.update(released_at=timezone.now())


def note_wish(ask: Ask) -> None:
    """Who came after the cap waits for a place on that day."""
    if ask.is_waitlisted:
        Wish.objects.create(appointment=ask.appointment, first_day=ask.day, last_day=ask.day)
