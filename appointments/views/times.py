"""The free times of a day, to be chosen from when a visit is moved."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from appointments import availability
from appointments.forms import TimeForm
from appointments.models import Appointment
from appointments.slots import Span
from clinic.refusals import Refusal
from packages.models import Treatment

FRAGMENTS = {"times": "times"}


def blame(form: TimeForm, refusal: Refusal) -> None:
    """Beside the field the refusal speaks of, where the form has it."""
    field_of = {"session": "what"}
    name = field_of.get(refusal.field or "", refusal.field)
    form.add_error(name if name in form.fields else None, refusal.message)


@dataclass(frozen=True)
class Times:
    """The free times of the day asked for. `why` says why the wished one, or any, isn't among them."""

    free: list[str] = field(default_factory=list)
    wished: str = ""
    why: str = ""
    other_days: list[dict[str, str]] = field(default_factory=list)


def times(form: TimeForm, treatment: Treatment | None, path: str, moved: Appointment | None = None) -> Times:
    practitioner, day = form.chosen_practitioner, form.chosen_day
    if treatment is None or practitioner is None:
        return Times(wished=form.shown("time")[:5], why=_("Choose what and with whom to see the free times."))
    wish = availability.PartWish(treatment, practitioner, moved.minutes if moved else None)
    ignored = availability.Ignored(moved.pk if moved else None)
    days = availability.DAYS_AHEAD
    ground = availability.survey(form.branch, [wish], day, days)
    (diary,) = availability.diaries(ground, [wish], [(day, 1)], ignored)
    now = timezone.now()
    free = [f"{start:%H:%M}" for start in diary.free_on(day, now)]
    wished = form.shown("time")[:5]
    if free:
        why = "" if not wished or wished in free else _why(diary, day, wished, now)
        return Times(free=free, wished=wished, why=why)
    first = max(day, timezone.localdate(now))
    if not ground.covers(first, days):
        ground = availability.survey(form.branch, [wish], first, days)
    later = availability.soonest(ground, [wish], first, days, now, 60, ignored)
    why = _("No time is free on %(day)s.") % {"day": date_format(day, "l j F")}
    return Times(wished=wished, why=why, other_days=_days(form, path, [free.starts_at for free in later]))


def _why(diary: availability.Diary, day: datetime.date, wished: str, now: datetime.datetime) -> str:
    """Why the time that was clicked on the board can't be had for this treatment."""
    try:
        start = availability.instant(day, datetime.time.fromisoformat(wished), diary.branch.zone)
    except ValueError:
        return ""
    visit = Span(start, start + diary.length)
    return diary.why_closed(visit, now) or diary.why_taken(visit) or ""


def _days(form: TimeForm, path: str, starts: list[datetime.datetime]) -> list[dict[str, str]]:
    """The next days that have a free time, to be looked at; what is chosen already goes along."""
    names = [name for name in ("customer", "what", "practitioner") if name in form.fields]
    kept = {name: form.shown(name) for name in names if form.shown(name)}
    days = list(dict.fromkeys(start.date() for start in starts))[:4]
    return [
        {"url": f"{path}?{urlencode(kept | {'day': day})}", "label": date_format(day, "D j M")}
        for day in days
    ]


def offered(offers: Any) -> list[dict[str, str]]:
    return [{"value": start.isoformat(), "label": date_format(start, "D j M, H:i")} for start in offers]


def spoken(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment), "l j F, H:i")
