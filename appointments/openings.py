"""The times a desk can offer for what somebody wishes: the soonest, those of a day, those of right now."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments import availability
from appointments.slots import Span
from appointments.stopgap import PartWish, chain_free, first_free
from clinic.models import Branch
from packages.models import Treatment
from staff.models import Practitioner

SOONEST, WHOLE_DAY = 12, 96  # times shown at once
CHAIN_DAYS = 7  # looked at for a visit of several treatments


@dataclass(frozen=True)
class Opening:
    """A time with somebody, in local time. `value` names it in a form, see `parse`."""

    starts_at: datetime.datetime
    practitioner: Practitioner

    @property
    def value(self) -> str:
        return f"{self.starts_at.isoformat()}|{self.practitioner.pk}"


@dataclass(frozen=True)
class Wish:
    """What is to be found room for. Each part has its treatment and those of whom one gives it.

    Without a `day` the soonest; `at` is a time of that day asked for by name. `is_now`: the person stands there.
    """

    branch: Branch
    parts: Sequence[tuple[Treatment, Sequence[Practitioner]]]
    now: datetime.datetime
    day: datetime.date | None = None
    at: datetime.time | None = None
    is_now: bool = False

    @property
    def today(self) -> datetime.date:
        return self.now.astimezone(self.branch.zone).date()

    @property
    def asked(self) -> datetime.datetime | None:
        """The moment asked for by name."""
        if self.at is None:
            return None
        return datetime.datetime.combine(self.day or self.today, self.at, self.branch.zone)


@dataclass(frozen=True)
class Openings:
    """Grouped by local day. `chosen` is the value that stands preselected; `why` says what there is not, and why."""

    days: list[tuple[datetime.date, list[Opening]]] = field(default_factory=list)
    chosen: str = ""
    why: str = ""
    other_days: list[datetime.date] = field(default_factory=list)


def read(wish: Wish) -> Openings:
    """A constant number of queries, but for several treatments in one visit: so many per day looked at."""
    found = _found(wish)
    on_day = [each for each in found if wish.day is None or each.starts_at.date() == wish.day]
    other_days = list(dict.fromkeys(each.starts_at.date() for each in found))[:4] if not on_day else []
    asked, why = _asked(wish, on_day)
    if asked and asked not in on_day:
        on_day = sorted([*on_day, asked], key=lambda each: each.starts_at)
    chosen = asked or (on_day[0] if on_day and not wish.asked else None)
    return Openings(
        days=[(day, list(some)) for day, some in groupby(on_day, lambda each: each.starts_at.date())],
        chosen=chosen.value if chosen else "",
        why=why or ("" if on_day else _why_none(wish)),
        other_days=other_days,
    )


def _found(wish: Wish) -> list[Opening]:
    if len(wish.parts) > 1:
        return _chain(wish)
    treatment, givers = wish.parts[0]
    if not givers:
        return []
    times = first_free(
        branch=wish.branch,
        treatment=treatment,
        practitioners=list(givers),
        first=max(wish.day or wish.today, wish.today),
        not_before=wish.now,
        count=WHOLE_DAY if wish.day or wish.is_now else SOONEST,
    )
    local = [Opening(free.starts_at.astimezone(wish.branch.zone), free.practitioner) for free in times]
    return list(_first_of_each(local, wish.today)) if wish.is_now else local


def _first_of_each(times: Iterable[Opening], today: datetime.date) -> Iterable[Opening]:
    """The earliest time of today with each practitioner."""
    seen = set()
    for each in times:
        if each.starts_at.date() == today and each.practitioner.pk not in seen:
            seen.add(each.practitioner.pk)
            yield each


def _chain(wish: Wish) -> list[Opening]:
    if any(len(givers) != 1 for _treatment, givers in wish.parts):
        return []
    parts = [PartWish(treatment, givers[0], None) for treatment, givers in wish.parts]
    first = max(wish.day or wish.today, wish.today)
    found: list[Opening] = []
    for offset in range(CHAIN_DAYS):
        day = first + datetime.timedelta(days=offset)
        starts = chain_free(branch=wish.branch, parts=parts, day=day, not_before=wish.now)
        found += [Opening(start.astimezone(wish.branch.zone), parts[0].practitioner) for start in starts]
        if found:
            break
    return found if wish.day else found[:SOONEST]


def _asked(wish: Wish, found: Sequence[Opening]) -> tuple[Opening | None, str]:
    """The time asked for by name, though it may lie beside the grid; or why it can't be had."""
    if wish.asked is None:
        return None, ""
    on_grid = next((each for each in found if each.starts_at == wish.asked), None)
    if on_grid or len(wish.parts) > 1:
        return on_grid, "" if on_grid else _("The treatments don't fit one after another then.")
    treatment, givers = wish.parts[0]
    reasons = []
    for practitioner in givers:
        reason = why_not(wish, treatment, practitioner, wish.asked)
        if not reason:
            return Opening(wish.asked, practitioner), ""
        reasons.append(reason)
    return None, reasons[0] if len(reasons) == 1 else _("Nobody is free then who gives this treatment.")


def why_not(
    wish: Wish, treatment: Treatment, practitioner: Practitioner, at: datetime.datetime
) -> str | None:
    day = at.astimezone(wish.branch.zone).date()
    diary = availability.read(branch=wish.branch, practitioner=practitioner, treatment=treatment, first=day)
    visit = Span(at.astimezone(datetime.UTC), at.astimezone(datetime.UTC) + diary.length)
    return diary.why_closed(visit, wish.now) or diary.why_taken(visit)


def _why_none(wish: Wish) -> str:
    if any(len(givers) != 1 for _treatment, givers in wish.parts) and len(wish.parts) > 1:
        return _("Choose who gives each treatment to see the free times.")
    if wish.is_now:
        return _("Nobody is free any more today.")
    if wish.day is None:
        return _("No time is free in the coming weeks.")
    sentence = _("No time is free on %(day)s.") % {"day": date_format(wish.day, "l j F")}
    treatment, givers = wish.parts[0]
    if len(givers) != 1:
        return sentence
    late_morning = datetime.datetime.combine(wish.day, datetime.time(11), wish.branch.zone)
    return f"{sentence} {why_not(wish, treatment, givers[0], late_morning) or ''}".strip()


def parse(value: str, branch: Branch) -> tuple[datetime.datetime, str] | None:
    """The moment and the practitioner's id of an `Opening.value`; the id may be missing. None for nonsense."""
    moment, _bar, practitioner = value.partition("|")
    try:
        starts_at = datetime.datetime.fromisoformat(moment)
    except ValueError:
        return None
    if timezone.is_naive(starts_at):
        starts_at = starts_at.replace(tzinfo=branch.zone)
    return starts_at, practitioner
