"""What the queue's page and the waiting room's screen show, and a short name for how they stand."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from appointments import floor, queue
from appointments.models import Appointment, BookingRules, QueueEntry
from clinic.forms import searched
from clinic.permissions import Permission
from staff.models import Practitioner, User

NEXT = 3  # of those who wait, on the waiting room's screen
ONE_ROW, TWO_COLUMNS = 3, 8  # so many practitioners fit on it side by side, and in two columns


def desk(user: User, asked: QueryDict) -> dict[str, Any]:
    """Everybody's queues at the branch, their own first for who treats, as the filters want it."""
    branch: Any = user.branch
    practitioners = Practitioner.objects.visible_to(user).active()
    staff = list(
        practitioners.select_related("resource__branch__booking_rules")
    )  # the rules in the same query
    if user.only_own(Permission.APPOINTMENTS_VIEW):
        staff = [practitioner for practitioner in staff if practitioner.user_id == user.pk]
    own = getattr(staff[0].resource.branch, "booking_rules", None) if staff else None
    rules = own or (BookingRules(branch=branch) if staff else BookingRules.of(branch))
    now = floor.read(branch, rules)
    who, words = searched(asked, "practitioner"), searched(asked)
    lines = _lines(now, staff, user, who)
    _put_aside(lines, words)
    here = {name: value for name, value in (("practitioner", who), ("q", words)) if value}
    shown = [_row(line) for line in lines]
    return {
        "lines": lines,
        "staff": staff,
        "who": who,
        "words": words,
        "here": urlencode(here),
        "waiting": sum(len(line.waiting) for line in lines),
        "screen_url": "" if rules._state.adding else reverse("queue-display", args=[rules.display_key]),
        "seen": _name([user.pk, here, shown]),
        "may_call": user.may(Permission.QUEUE_MANAGE),
        "may_start": user.may(Permission.VISITS_COMPLETE),
        "may_prioritise": user.may(Permission.APPOINTMENTS_PRIORITISE),
    }


def screen(display_key: str) -> dict[str, Any]:
    """Tokens and masked names of one branch. Nothing here says more of anybody than that."""
    rules = BookingRules.objects.filter(display_key=display_key, branch__is_active=True)
    found = rules.select_related("branch__organisation").first()
    if found is None:
        raise Http404
    branch = found.branch
    now = floor.read(branch, found)
    lines = _in_chain_order(
        [line for line in now.lines.values() if line.called or line.waiting or line.inside]
    )
    rooms = floor.rooms([visit for line in lines for visit in _at_the_door(line)])
    shown = [_column(line, rooms) for line in lines]
    cols = len(shown) if len(shown) <= ONE_ROW else 2 if len(shown) <= TWO_COLUMNS else 3
    return {
        "cols": cols or 1,
        "rows": -(-len(shown) // cols) if cols else 1,
        "branch": branch,
        "columns": shown,
        "key": display_key,
        "seen": _name([shown]),
        "zone": branch.time_zone,
    }


def _at_the_door(line: floor.Line) -> list[Appointment]:
    return [entry.appointment for entry in line.called] + line.inside


def _column(line: floor.Line, rooms: dict[UUID, str]) -> dict[str, Any]:
    return {
        "practitioner": line.practitioner.resource.name,
        "room": next((rooms[visit.pk] for visit in _at_the_door(line) if visit.pk in rooms), ""),
        "called": [_on_screen(entry) for entry in line.called],
        "inside": [entry.token for entry in _entries(line.inside)],
        "next": [_on_screen(entry) for entry in line.waiting[:NEXT]],
        "more": max(len(line.waiting) - NEXT, 0),
    }


def _on_screen(entry: QueueEntry) -> dict[str, Any]:
    name = queue.masked(entry.appointment.customer.full_name)
    return {"token": entry.token, "name": name, "call": f"{entry.token}-{entry.call_count}"}


def _entries(visits: Iterable[Appointment]) -> list[QueueEntry]:
    return [visit.queue_entry for visit in visits if _has_token(visit)]


def _has_token(visit: Appointment) -> bool:
    entry = getattr(visit, "queue_entry", None)
    return entry is not None and entry.status in floor.OPEN


def _lines(now: floor.Floor, staff: list[Practitioner], user: User, who: str) -> list[floor.Line]:
    """The lines that have anybody, and one's own whether or not; those of `who` alone, where that is somebody."""
    known = {str(practitioner.pk): practitioner for practitioner in staff}
    for practitioner in staff:
        if practitioner.user_id == user.pk or str(practitioner.pk) == who:
            now.lines.setdefault(practitioner.pk, floor.Line(practitioner))
    for practitioner in staff:
        if practitioner.pk in now.lines:
            now.lines[practitioner.pk].practitioner = practitioner
    lines = [line for key, line in now.lines.items() if who not in known or str(key) == who]
    if user.only_own(Permission.APPOINTMENTS_VIEW):
        lines = [line for line in lines if line.practitioner.user_id == user.pk]
    return sorted(_in_chain_order(lines), key=lambda line: line.practitioner.user_id != user.pk)


def _in_chain_order(lines: list[floor.Line]) -> list[floor.Line]:
    def place(line: floor.Line) -> tuple[bool, int, str]:
        position = line.practitioner.position
        return position is None, position or 0, line.practitioner.resource.name

    return sorted(lines, key=place)


def _put_aside(lines: list[floor.Line], words: str) -> None:
    """Give each entry what its row says, and leave out the rows that don't hold the words searched for."""
    for line in lines:
        for entry in line.waiting:
            setattr(entry, "ahead", line.ahead_of(entry))  # noqa: B010 - what the row says, not a column
        if words:
            line.waiting = [entry for entry in line.waiting if _says(entry.appointment, entry.token, words)]
            line.called = [entry for entry in line.called if _says(entry.appointment, entry.token, words)]
            line.skipped = [entry for entry in line.skipped if _says(entry.appointment, entry.token, words)]
            line.inside = [visit for visit in line.inside if _says(visit, "", words)]
            line.arrivals = [visit for visit in line.arrivals if _says(visit, "", words)]


def _says(visit: Appointment, token: str, words: str) -> bool:
    return words.lower() in visit.customer.full_name.lower() or words.lower() == token.lower()


def _row(line: floor.Line) -> list[Any]:
    """All that a change of the page would change, minutes included."""
    entries = [*line.called, *line.waiting, *line.skipped]
    minute = int(timezone.now().timestamp() // 60) if not line.is_empty else 0
    return [
        line.practitioner.pk,
        line.practitioner.is_available,
        minute,
        [(entry.pk, entry.status, entry.version, entry.appointment.version) for entry in entries],
        [(visit.pk, visit.version) for visit in (*line.inside, *line.arrivals)],
    ]


def _name(what: list[Any]) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:16]
