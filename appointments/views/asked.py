"""What of the calendar was asked for: days, columns and filters, all of it in the address."""

import datetime
import zlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from appointments import calendar
from appointments.calendar import Line
from appointments.forms import calendar_day
from appointments.models import Appointment
from appointments.panels import names_in
from appointments.slots import Span
from clinic import registries
from clinic.permissions import Permission
from packages.models import Treatment
from staff.models import Practitioner

ALL = "all"  # practitioners, for those whose own come first otherwise
CANCELLED = Appointment.Status.CANCELLED.value
KEPT = ("by", "practitioner", "treatment", "status", "cancelled")
VIEWS = (
    ("board", "appointment-list", _("Day")),
    ("week", "appointment-week", _("Week")),
    ("month", "appointment-month", _("Month")),
    ("list", "appointment-schedule", _("List")),
)
#: What "More" leads to: URL name, label, icon, permission. What doesn't exist, or isn't for this person, isn't shown.
ELSEWHERE = (
    ("queue", _("Queue"), "users", Permission.APPOINTMENTS_VIEW),
    ("waitlist", _("Waitlist"), "hourglass", Permission.APPOINTMENTS_VIEW),
    ("follow-ups", _("Follow-ups"), "calendar-clock", Permission.APPOINTMENTS_VIEW),
    ("availability", _("Availability"), "calendar-off", Permission.APPOINTMENTS_VIEW),
)


def uuid_or_none(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


class Asked:
    """A day, and perhaps one practitioner, one treatment or category, one state. What makes no sense is left out."""

    #: how far "previous" and "next" go
    days = 1

    def __init__(self, request: HttpRequest, view: str) -> None:
        self.user, self.branch, self.view = request.user, request.branch, view
        self.today = timezone.localdate(timezone=self.branch.zone)
        self.day = calendar_day(request.GET.get("day", "")) or self.today
        given = {name: request.GET.get(name, "") for name in KEPT}
        self.by_room = given["by"] == "room"
        self.who = given["practitioner"]
        self.treatment = given["treatment"]
        self.status = given["status"] if given["status"] in set(Appointment.Status) else ""
        self.with_cancelled = given["cancelled"] == "1" or self.status == CANCELLED

    @cached_property
    def staff(self) -> list[Practitioner]:
        return calendar.staff_at(self.branch)

    @cached_property
    def names(self) -> dict[str, str]:
        """What the branch calls the states that have a place in the calendar, in the order of a visit's life."""
        names = names_in(self.staff[0].naming if self.staff else None)
        return {status: name for status, name in names.items() if status not in Appointment.UNPLACED}

    def wants(self, line: Line) -> bool:
        return self.status in ("", line.status) and self.wants_but_state(line)

    def wants_but_state(self, line: Line) -> bool:
        return (
            (self.who in ("", ALL) or self.who == str(line.practitioner_id))
            and (self.treatment in ("", line.category) or self.treatment == str(line.treatment_id))
            and (self.with_cancelled or line.status != CANCELLED)
        )

    def lanes(self, lines: Iterable[Line]) -> list[Practitioner]:
        """Everybody who works here, and whoever has a visit though they no longer do."""
        strangers = {line.practitioner_id for line in lines} - {who.pk for who in self.staff}
        everybody = [*self.staff, *(calendar.practitioners(strangers) if strangers else [])]
        return [who for who in everybody if self.who in ("", ALL, str(who.pk))]

    @property
    def span(self) -> Span:
        """The time that is shown."""
        return calendar.window(self.day, 1, self.branch)

    @cached_property
    def marks(self) -> dict[UUID, str]:
        """What other apps say beside the visits shown, by their ids."""
        rows = Appointment.objects.visible_to(self.user).placed()
        shown = rows.filter(starts_at__gte=self.span.starts, starts_at__lt=self.span.ends)
        return registries.visit_marks(self.user, shown.order_by().values("pk"))

    def stamped(self, stamp: str) -> str:
        """The calendar's stamp, and another one too when a mark comes or goes."""
        said = " ".join(sorted(f"{key}{word}" for key, word in self.marks.items()))
        return f"{stamp}-{zlib.crc32(said.encode()):08x}" if said else stamp

    # The address.

    def filters(self) -> dict[str, str]:
        """What the popover narrows to, for another form to carry along."""
        return {name: value for name, value in self.kept().items() if name in KEPT}

    def kept(self) -> dict[str, str]:
        given = {
            "by": "room" if self.by_room else "",
            "practitioner": self.who,
            "treatment": self.treatment,
            "status": self.status,
            "cancelled": "1" if self.with_cancelled and self.status != CANCELLED else "",
        }
        return {name: value for name, value in given.items() if value}

    def query(self, **changes: Any) -> str:
        values = {"day": self.day, **self.kept(), **changes}
        return urlencode({name: value for name, value in values.items() if value})

    # What the head shows.

    def context(self, lines: Iterable[Line] = ()) -> dict[str, Any]:
        treatments = self._treatments(lines)
        return {
            "asked": self,
            "title": self.title(),
            "here": self.query(),
            "day": self.day,
            "today": self.today,
            "is_today": self.is_now,
            "view": self.view,
            "views": [
                {"name": name, "label": label, "url": f"{reverse(url)}?{self.query()}"}
                for name, url, label in VIEWS
            ],
            "previous": self.query(day=self.beside(-1)),
            "next": self.query(day=self.beside(1)),
            "now_here": self.query(day=""),
            "columns": self.query(by="" if self.by_room else "room"),
            "categories": Treatment.Category.choices,
            "treatments": treatments,
            "statuses": list(self.names.items()),
            "narrowed_to": ", ".join(self._narrowed_to(treatments)),
            "elsewhere": self._elsewhere(),
        }

    @property
    def is_now(self) -> bool:
        """Whether what is shown is, or has, today."""
        return self.day == self.today

    def title(self) -> str:
        return date_format(self.day, "D, j M Y")

    def beside(self, step: int) -> datetime.date:
        return self.day + datetime.timedelta(days=step * self.days)

    def _treatments(self, lines: Iterable[Line]) -> list[tuple[str, str]]:
        """Those of the days shown, and the one asked for."""
        found = {str(pk): name for pk, name in {(line.treatment_id, line.treatment) for line in lines}}
        if self.treatment and self.treatment not in found and self.treatment not in Treatment.Category:
            menu = Treatment.objects.visible_to(self.user)
            found |= {str(one.pk): one.name for one in menu if str(one.pk) == self.treatment}
        return sorted(found.items(), key=lambda pair: pair[1])

    def _narrowed_to(self, treatments: list[tuple[str, str]]) -> list[str]:
        """What the filters leave, in words."""
        names = [who.resource.name for who in self.staff if str(who.pk) == self.who]
        names += [str(label) for value, label in Treatment.Category.choices if value == self.treatment]
        names += [name for value, name in treatments if value == self.treatment]
        return names + [name for status, name in self.names.items() if status == self.status]

    def _elsewhere(self) -> list[dict[str, Any]]:
        found = []
        for name, label, icon, permission in ELSEWHERE:
            try:
                url = reverse(name)
            except NoReverseMatch:
                continue
            if self.user.may(permission):
                found.append({"url": url, "label": label, "icon": icon})
        return found
