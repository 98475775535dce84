"""A board ready to be drawn: lanes with visits, closed stretches and free times.

A full day has eight hundred blocks, so these are put together here instead of in a template. What somebody typed
(names of people and treatments) goes through `escape`, Python's own: Django's takes three times as long.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments import board as layout
from appointments import slots
from appointments.availability import SHORTEST_STEP, instant, midnight
from appointments.board import Block, Scale
from appointments.calendar import Line
from appointments.models import Appointment
from appointments.panels import LOOKS, what
from appointments.slots import Hours, Span, Window
from appointments.views.asked import Asked
from clinic.models import Branch
from clinic.permissions import Permission
from clinic.templatetags.clinic import icon
from staff.models import Practitioner

Status = Appointment.Status
LETS_GO = frozenset({Status.CANCELLED, Status.NO_SHOW})
HERE = frozenset({Status.ARRIVED, Status.IN_QUEUE, Status.IN_CONSULTATION})
MOST_SAID = 120  # characters of what somebody reacts to; the visit's own page has all of it
OFFICE_HOURS = datetime.time(9), datetime.time(18)  # what an empty day shows


@dataclass(frozen=True)
class Column:
    """What a lane stands for: whose or what's it is, when it is open, why it is closed otherwise, what takes its time.

    `lines` are all visits in it, whatever the filters leave; `booking` is what a booking from here knows already.
    """

    day: datetime.date
    name: str
    key: UUID | None = None
    detail: str = ""
    url: str = ""
    house: Hours = field(default_factory=Hours)
    own: Hours | None = None
    windows: Sequence[Window] = ()
    away: Sequence[tuple[Span, str]] = ()
    otherwise: str = ""
    lines: Sequence[Line] = ()
    busy: Sequence[Span] = ()
    booking: dict[str, Any] = field(default_factory=dict)

    @property
    def extent(self) -> Span | None:
        """From the first thing of the day to the last: opening hours and visits."""
        spans = [*self.house.open_, *(line.span for line in self.lines)]
        return Span(min(spans).starts, max(span.ends for span in spans)) if spans else None

    @cached_property
    def usable(self) -> list[Span]:
        """Open and not away."""
        own = self.house if self.own is None else self.own
        open_ = slots.intersect(self.house.usable, own.usable)
        return slots.subtract(open_, [span for span, _why in self.away])

    def grids(self, branch: Branch) -> list[tuple[Span, datetime.timedelta]]:
        """The stretches that times are given out in, each with its step: the shifts, where there are any."""
        if self.own is not None:
            return [(window.span, window.step) for window in self.windows]
        whole = instant(self.day, datetime.time.min, branch.zone)
        step = datetime.timedelta(minutes=max(SHORTEST_STEP, branch.slot_minutes))
        return [(Span(whole, whole + datetime.timedelta(days=1)), step)]


@dataclass(frozen=True)
class Lane:
    """A column ready to be drawn; `starts` is the moment of its first row."""

    column: Column
    starts: str
    is_today: bool
    visits: SafeString
    closed: list[Block]
    free: SafeString
    now: str | None


class Sheet:
    """What the lanes of a board share: the stretch of the day that is shown, the words, what may be done."""

    def __init__(self, asked: Asked, columns: Sequence[Column], who: dict[UUID, str] | None = None) -> None:
        """`who` names the practitioners where the columns don't."""
        self.asked, self.zone, self.who = asked, asked.branch.zone, who or {}
        self.columns, self.now = columns, timezone.now()
        self.may_book = asked.user.may(Permission.APPOINTMENTS_CREATE)
        self.may_move = asked.user.may(Permission.APPOINTMENTS_CHANGE)
        self.looks = {status.value: look for status, (look, _tone) in LOOKS.items()}
        self.priorities = {one.value: escape(one.label) for one in Appointment.Priority}
        self.states = {
            status: f'<span class="visually-hidden">{escape(name)}</span>'
            for status, name in asked.names.items()
        }
        self.sign, self.care = icon("triangle-alert", 12), escape(_("Allergies and alerts:"))
        self.tick, self.marks = icon("indian-rupee", 12), asked.marks
        self.parts: dict[UUID, int] = {}  # of visits with several
        for line in (line for column in columns for line in column.lines if line.part_number > 1):
            self.parts[line.visit_id] = max(line.part_number, self.parts.get(line.visit_id, 1))
        self.board_url, self.list_url = reverse("appointment-list"), reverse("appointment-schedule")
        self.book_url, self.book = reverse("appointment-new"), escape(_("Book"))
        self.top, self.rows = self._stretch()

    def _stretch(self) -> tuple[datetime.time, int]:
        """The wall time of the first row, and how many rows there are: the same for all days shown."""
        spans = [self._today(column, span) for column in self.columns if (span := column.extent)]
        whole = layout.scale(spans, [], self._office_hours())
        return whole.starts.astimezone(self.zone).time(), whole.rows

    def _today(self, column: Column, span: Span) -> Span:
        """The same time of another day, on the day asked for."""
        shift = midnight(self.asked.day, self.zone) - midnight(column.day, self.zone)
        return Span(span.starts + shift, span.ends + shift)

    def _office_hours(self) -> Span:
        opens, closes = (instant(self.asked.day, time, self.zone) for time in OFFICE_HOURS)
        return Span(opens, closes)

    def context(self) -> dict[str, Any]:
        lanes = [self.lane(column) for column in self.columns]
        return {"lanes": lanes, "rows": self.rows, "hours": self._hours(), "legend": self._legend()}

    def _hours(self) -> list[Block]:
        starts = instant(self.asked.day, self.top, self.zone)
        shown = Scale(starts, starts + self.rows * layout.ROW)
        hours = [starts + n * layout.HOUR for n in range(self.rows * layout.ROW // layout.HOUR)]
        return [shown.block(Span(at, at + layout.HOUR), f"{at.astimezone(self.zone):%H:%M}") for at in hours]

    def _legend(self) -> list[dict[str, Any]]:
        """Each state with how many visits are in it, whatever state is asked for."""
        asked = self.asked
        seen = {
            line.pk: line for column in self.columns for line in column.lines if asked.wants_but_state(line)
        }
        states = [line.status for line in seen.values()]
        return [
            {"look": self.looks[status], "label": name, "count": states.count(status)}
            for status, name in asked.names.items()
            if status != Status.CANCELLED or asked.with_cancelled
        ]

    def lane(self, column: Column) -> Lane:
        starts = instant(column.day, self.top, self.zone)
        shown = Scale(starts, starts + self.rows * layout.ROW)
        return Lane(
            column=column,
            starts=starts.isoformat(),
            is_today=column.day == self.asked.today,
            visits=mark_safe("".join(self._visits(shown, column))),  # noqa: S308 - escaped in parts
            closed=self._closed(shown, column),
            free=mark_safe("".join(self._free(shown, column))),  # noqa: S308 - escaped in parts
            now=shown.share(self.now),
        )

    def _visits(self, shown: Scale, column: Column) -> list[str]:
        lines = [line for line in column.lines if self.asked.wants(line)]
        singles = [line for line in lines if not line.sitting_id]
        blocks: list[tuple[Span, Any]] = [(layout.legible(line.span), line) for line in singles]
        sittings: dict[Any, list[Line]] = {}
        for line in lines:
            if line.sitting_id:
                sittings.setdefault((line.sitting_id, line.starts_at), []).append(line)
        blocks += [
            (layout.legible(Span(at, max(line.ends_at for line in people))), people)
            for (_sitting, at), people in sittings.items()
        ]
        return [
            self._stack(block, column) if isinstance(block.what, list) else self._visit(block)
            for block in layout.side_by_side(shown, blocks)
        ]

    def _visit(self, block: Block) -> str:
        line: Line = block.what
        return (
            f'<a class="visit {self.looks[line.status]}" {block.place} href="{self.board_url}{line.pk}/"'
            f"{self._data(line)}>{self._mark(line)}{self._care(line)}{self._said(line)}<strong>{escape(line.name)}</strong>"
            f"<span>{escape(self._text(line))}</span>{self.states[line.status]}</a>"
        )

    def _data(self, line: Line) -> str:
        """For the script: the version of what can be moved, and what the parts of a visit share."""
        movable = self.may_move and line.status in Appointment.MOVABLE
        version = f' data-version="{line.version}"' if movable and not line.sitting_id else ""
        off = (line.starts_at.minute % 5) * 60 + line.starts_at.second  # from the row it is drawn in
        version += f' data-off="{off}"' if version and off else ""
        rows = -(-(line.ends_at - line.starts_at) // layout.ROW)  # where it is drawn longer than it is
        version += f' data-rows="{rows}"' if version and rows < layout.LEAST else ""
        together = f' data-together="{line.visit_id}"' if self.parts and line.visit_id in self.parts else ""
        return version + together

    def _mark(self, line: Line) -> str:
        if line.priority == Appointment.Priority.NORMAL:
            return ""
        return f'<em class="{line.priority}">{self.priorities[line.priority]}</em>'

    def _care(self, line: Line) -> str:
        """A sign that this person reacts to something or has an alert, with the words behind it."""
        if not (line.allergies or line.alert):
            return ""
        said = escape(" · ".join(filter(None, (line.alert, line.allergies)))[:MOST_SAID])
        look = "care bad" if line.alert else "care"
        return (
            f'<em class="{look}" title="{said}">{self.sign}<span class="visually-hidden">{self.care}'
            f" {said}</span></em>"
        )

    def _said(self, line: Line) -> str:
        """What other apps say of a visit, as a sign with the words behind it."""
        words = self.marks.get(line.pk)
        if not words:
            return ""
        said = escape(words)
        return f'<em class="mark" title="{said}">{self.tick}<span class="visually-hidden">{said}</span></em>'

    def _text(self, line: Line) -> str:
        of = self.parts.get(line.visit_id, 1) if self.parts else 1
        words = [
            clock(line.starts_at.astimezone(self.zone)),
            f"{line.part_number}/{of}" if of > 1 else "",
            what(line.treatment, line.session_number, line.session_count),
            self.who.get(line.practitioner_id, "") if self.who else "",
        ]
        return " · ".join(filter(None, words))

    def _stack(self, block: Block, column: Column) -> str:
        """The people of one slot of a sitting; the list of them opens in a dialog."""
        people: list[Line] = block.what
        first = people[0]
        at = f"{first.starts_at.astimezone(self.zone):%H:%M}"
        states = [line.status for line in people]
        here = sum(states.count(status) for status in HERE)
        counts = {"count": len(people) - sum(states.count(status) for status in LETS_GO), "here": here}
        words = ngettext(
            "%(count)s person, %(here)s here", "%(count)s people, %(here)s here", counts["count"]
        )
        done = states.count(Status.COMPLETED)
        said = [at, _("%(count)s done") % {"count": done}] if done else [at]
        query = self.asked.query(
            day=column.day, practitioner=first.practitioner_id, sitting=first.sitting_id, at=at
        )
        return format_html(
            '<a class="visit stack" {} href="{}?{}" hx-get="{}?{}" hx-target="#dialog">'
            "<strong>{}</strong><span>{}</span></a>",
            block.place,
            self.list_url,
            query,
            self.list_url,
            query,
            words % counts,
            " · ".join(said),
        )

    def _closed(self, shown: Scale, column: Column) -> list[Block]:
        own = column.house if column.own is None else column.own
        names = {"break": _("Break"), "away": column.otherwise}
        return layout.closed(shown, column.house, own, column.away, names)

    def _free(self, shown: Scale, column: Column) -> list[str]:
        """What can be clicked to book, for those who may book."""
        if not self.may_book:
            return []
        query = urlencode({"day": column.day, **column.booking})
        link = f'href="{self.book_url}?{escape(query)}&amp;time='
        found = []
        for span, step in column.grids(self.asked.branch):
            open_ = slots.intersect(column.usable, [span])
            for block in layout.free(shown, open_, column.busy, step, span.starts, self.now):
                at = clock(block.what.astimezone(self.zone))
                found.append(
                    f'<a class="free" {block.place} {link}{at}" aria-label="{self.book} {at}">{at}</a>'
                )
        return found


def busy(lines: Iterable[Line], who: Practitioner, windows: Sequence[Window]) -> list[Span]:
    """The time that visits take of a practitioner: what they themselves, the treatment or the shift ask for round each."""
    found = []
    own, none = who.resource, datetime.timedelta(0)
    for line in lines:
        if line.status in LETS_GO:
            continue
        shift = next((window for window in windows if window.span.has(line.starts_at)), None)
        before = datetime.timedelta(minutes=max(own.minutes_before, line.minutes_before))
        after = datetime.timedelta(minutes=max(own.minutes_after, line.minutes_after))
        found.append(
            line.span.widened(
                max(before, shift.before if shift else none), max(after, shift.after if shift else none)
            )
        )
    return found


def clock(local: datetime.datetime) -> str:
    """As strftime's "%H:%M" in a third of its time: a full day has hundreds."""
    return f"{local.hour:02d}:{local.minute:02d}"
