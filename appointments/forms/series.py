"""Booking what is left of a package at even distances: the plan, and the list of dates to settle."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import availability
from appointments.asks import Conflict
from appointments.availability import Proposal
from appointments.forms.times import FIRST_DAY, LAST_DAY, TIME, day_field
from appointments.menu import Menu
from packages.models import Enrolment, Session
from staff.models import Practitioner, User

SKIP = "skip"
USUAL_DAYS = 28
LONGEST_DAYS = 370


@dataclass
class Date:
    """One date of the series: where it was planned, why it can't be there, what else there is, what was chosen."""

    number: int
    planned: datetime.datetime
    why_not: str = ""
    options: Sequence[datetime.datetime] = ()
    chosen: str = ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Each value with its words; a day other than planned is named."""
        return [
            (at.isoformat(), date_format(at, "H:i" if at.date() == self.planned.date() else "D j M, H:i"))
            for at in sorted({*self.options})
        ]


@dataclass
class Plan:
    """All dates, and whether each is settled: a time chosen, or left out."""

    dates: list[Date] = field(default_factory=list)

    @property
    def open(self) -> list[Date]:
        return [date for date in self.dates if not date.chosen]

    @property
    def starts(self) -> list[datetime.datetime]:
        kept = [date.chosen for date in self.dates if date.chosen not in ("", SKIP)]
        return sorted(datetime.datetime.fromisoformat(each) for each in kept)

    def mark(self, conflicts: Sequence[Conflict]) -> None:
        """Open the dates again that were lost between the list and its saving."""
        kept = [date for date in self.dates if date.chosen not in ("", SKIP)]
        kept.sort(key=lambda date: datetime.datetime.fromisoformat(date.chosen))
        for conflict in conflicts:
            date = kept[conflict.position]
            date.why_not, date.options, date.chosen = conflict.why, conflict.offers, ""


class SeriesForm(forms.Form):
    """`date-1`, `date-2` ... are the times chosen for each date, or "skip"."""

    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1)
    first = day_field(label=gettext_lazy("First on"))
    every = forms.IntegerField(label=gettext_lazy("Every"), min_value=1, max_value=LONGEST_DAYS)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"), choices=[("days", gettext_lazy("days")), ("weeks", gettext_lazy("weeks"))]
    )
    time = forms.TimeField(label=gettext_lazy("Preferred time"), widget=TIME)
    practitioner = forms.ChoiceField(label=gettext_lazy("Practitioner"))
    note = forms.CharField(label=gettext_lazy("Note for the visits"), max_length=200, required=False)
    despite_overlap = forms.BooleanField(
        label=gettext_lazy("Also where the person has another visit at that time"), required=False
    )

    def __init__(
        self, data: Any = None, *, enrolment: Enrolment, sessions: list[Session], user: User
    ) -> None:
        self.enrolment, self.sessions, self.branch = enrolment, sessions, user.branch
        menu = Menu.of(user, None)
        self.givers = menu.may_give(enrolment.plan.treatment)
        super().__init__(data, initial=self._usual(user))
        self.fields["practitioner"].choices = [(str(one.pk), one.resource.name) for one in self.givers]
        self.fields["count"].max_value = len(sessions)
        self.fields["count"].widget.attrs |= {"max": len(sessions)}

    def _usual(self, user: User) -> dict[str, Any]:
        """From tomorrow on, every four weeks, or as far apart as the treatment needs; with whom it was so far."""
        done = self.enrolment.sessions.exclude(practitioner=None).order_by("-number").first()
        so_far = done.practitioner_id if done else None
        known = sorted(self.givers, key=lambda one: (one.pk != so_far, one.user_id != user.pk))
        return {
            "count": len(self.sessions),
            "first": timezone.localdate(timezone=self.branch.zone) + datetime.timedelta(days=1),
            "every": max(USUAL_DAYS, self.enrolment.plan.treatment.min_interval_days or 0),
            "unit": "days",
            "time": datetime.time(11),
            "practitioner": str(known[0].pk) if known else "",
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if (values.get("count") or 0) > len(self.sessions):
            self.add_error("count", _("%(count)s are left.") % {"count": len(self.sessions)})
        if not self.errors and self._days(values)[-1] > LAST_DAY:
            self.add_error("every", _("The last date would lie too far ahead."))
        return values

    def _days(self, values: dict[str, Any]) -> list[datetime.date]:
        apart = values["every"] * (7 if values["unit"] == "weeks" else 1)
        last = (LAST_DAY - values["first"]).days
        return [
            values["first"] + datetime.timedelta(days=min(apart * number, last + 1))
            for number in range(values["count"])
        ]

    @property
    def giver(self) -> Practitioner:
        return next(one for one in self.givers if str(one.pk) == self.cleaned_data["practitioner"])

    def plan(self) -> Plan:
        """The dates, asked of the calendar; after `is_valid`. Sent choices stand, else a date that is free is taken."""
        days = self._days(self.cleaned_data)
        starts = [datetime.datetime.combine(day, self.cleaned_data["time"], self.branch.zone) for day in days]
        proposals = availability.series(
            branch=self.branch,
            practitioner=self.giver,
            treatment=self.enrolment.plan.treatment,
            minutes=None,
            starts=starts,
        )
        return Plan([self._date(number, each) for number, each in enumerate(proposals, start=1)])

    def _date(self, number: int, proposal: Proposal) -> Date:
        until = self.enrolment.last_day
        date = Date(number, proposal.starts_at, proposal.why_not, proposal.offers)
        if until and proposal.starts_at.date() > until:
            words = {"day": date_format(until, "j F Y")}
            date.why_not, date.options = _("The package is valid until %(day)s.") % words, ()
        elif not proposal.why_not:
            date.options = [proposal.starts_at]
        sent = self._sent(number)
        if sent not in ("", SKIP):
            date.options = [*date.options, datetime.datetime.fromisoformat(sent)]
        date.chosen = sent or (proposal.starts_at.isoformat() if not date.why_not else "")
        return date

    @property
    def signature(self) -> str:
        """Of the plan: choices made for another one count no more."""
        plan = ("practitioner", "first", "time", "every", "unit", "count")
        return "/".join(str(self.cleaned_data[name]) for name in plan)

    @property
    def is_seen(self) -> bool:
        return self.data.get("seen") == self.signature

    def _sent(self, number: int) -> str:
        """What was chosen for a date, as long as it makes sense."""
        if not self.is_seen:
            return ""
        value = self.data.get(f"date-{number}", "")
        try:
            moment = datetime.datetime.fromisoformat(value)
        except ValueError:
            return value if value == SKIP else ""
        is_sound = moment.tzinfo and FIRST_DAY <= moment.date() <= LAST_DAY
        return moment.astimezone(self.branch.zone).isoformat() if is_sound else ""
