"""A branch's own words for a message: which occasions there are, what may stand in braces, and filling it in. Pure.

`{name}` in a text stands for what `words` says of it. Nothing else in braces is ever looked up.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.plain import plainly
from notifications import texts

LONGEST = 1000  # characters
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Occasion:
    """One text. `write` is the product's own; `kind` the facts it is written from."""

    name: str
    title: Any
    write: Callable[[Any], str]
    kind: type[Any]

    @property
    def places(self) -> list[str]:
        """What may stand in braces."""
        return list(_SAMPLES[self.kind]().words)

    @property
    def own(self) -> str:
        """The product's text with its placeholders in braces."""
        with plainly():
            return self.write(_Places(self.kind))

    def preview(self, body: str) -> str:
        with plainly():
            return fill(body, _SAMPLES[self.kind]().words)


class _Many(int):
    """Two, for the plural; written as its placeholder."""

    def __str__(self) -> str:
        return "{remaining}"


class _Places:
    """Facts whose every word is its own placeholder."""

    def __init__(self, kind: type[Any]) -> None:
        names = list(_SAMPLES[kind]().words)
        self.words: dict[str, Any] = {name: f"{{{name}}}" for name in names}
        if "remaining" in names:
            self.remaining = self.words["remaining"] = _Many(2)


def _visit() -> texts.Visit:
    at = datetime.datetime(2026, 12, 1, 10, 30)  # noqa: DTZ001 - shown as it stands
    return texts.Visit(
        name="Priya", clinic="Linqs", phone="98100 55555", treatment=_("Hair PRP"), practitioner="Dr. Kapoor",
        starts_at=at, number="APT-26-00042", comes_back_on=at.date() + datetime.timedelta(days=28),
    )  # fmt: skip


def _offered() -> texts.Offered:
    at = datetime.datetime(2026, 12, 1, 10, 30)  # noqa: DTZ001 - shown as it stands
    return texts.Offered(
        name="Priya", clinic="Linqs", phone="98100 55555", treatment=_("Hair PRP"), practitioner="Dr. Kapoor",
        starts_at=at, held_until=at - datetime.timedelta(hours=1),
    )  # fmt: skip


def _progress() -> texts.Progress:
    return texts.Progress(
        name="Priya", clinic="Linqs", phone="98100 55555", package=_("6 sessions of Hair PRP"), number=4, of=6,
        remaining=2,
    )  # fmt: skip


def _bill() -> texts.Bill:
    return texts.Bill(
        name="Priya", clinic="Linqs", phone="98100 55555", title=_("Tax invoice"), number="LCB/26-27/00042",
        day=datetime.date(2026, 12, 1), amount="₹5,310.00", due="₹2,310.00", link="https://linqs.example/papers/…/",
        until=datetime.date(2026, 12, 31),
    )  # fmt: skip


_SAMPLES: dict[type[Any], Callable[[], Any]] = {
    texts.Visit: _visit,
    texts.Offered: _offered,
    texts.Progress: _progress,
    texts.Bill: _bill,
}
OCCASIONS = {
    write.__name__: Occasion(write.__name__, title, write, kind)
    for title, write, kind in (
        (gettext_lazy("Appointment booked"), texts.booked, texts.Visit),
        (gettext_lazy("Appointment moved"), texts.moved, texts.Visit),
        (gettext_lazy("Appointment confirmed"), texts.confirmed, texts.Visit),
        (gettext_lazy("Reminder, the day before"), texts.reminder, texts.Visit),
        (gettext_lazy("Visit completed"), texts.completed, texts.Visit),
        (gettext_lazy("Follow-up due"), texts.follow_up, texts.Visit),
        (gettext_lazy("A time has become free"), texts.offered, texts.Offered),
        (gettext_lazy("Session completed"), texts.session, texts.Progress),
        (gettext_lazy("Package nearly done"), texts.nearly_done, texts.Progress),
        (gettext_lazy("A bill"), texts.bill, texts.Bill),
        (gettext_lazy("A receipt"), texts.receipt, texts.Bill),
        (gettext_lazy("A credit or debit note"), texts.note, texts.Bill),
        (gettext_lazy("Reminder of an unpaid bill"), texts.due, texts.Bill),
    )
}


def fill(body: str, words: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; one that isn't known stays as it is."""
    return _PLACE.sub(lambda found: str(words.get(found[1], found[0])), body)


def check(body: str, occasion: Occasion) -> str:
    """The text as it is kept; ValueError with a sentence for one that can't be filled in."""
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise ValueError(_("Write the text, or take the product's own."))
    if len(body) > LONGEST:
        raise ValueError(_("At most %(limit)d characters, please.") % {"limit": LONGEST})
    unknown = sorted(set(_PLACE.findall(body)) - set(occasion.places))
    if unknown:
        raise ValueError(
            _("There is no %(unknown)s here; there are: %(places)s.")
            % {"unknown": f"{{{unknown[0]}}}", "places": ", ".join(f"{{{name}}}" for name in occasion.places)}
        )
    if set("{}") & set(_PLACE.sub("", body)):
        raise ValueError(_("A brace stands alone; write placeholders as {name}."))
    return body
