"""Where apps announce what they add to shared pages, in `AppConfig.ready`. The kernel runs them, it knows none.

- menu: entries of the rail; `desk` ones are left out on a phone.
- shortcuts: what the bar's "New" menu begins.
- panels: parts of another page, loaded by `hx-get` from their own URL with their own permission.
- search: `(user, words) -> results`, answered within one request.
- demo: steps of `manage.py demo`, in order.
- setup: steps of the first run in the browser, each a page that leads to the next.
- choices: what another app lets a form below it choose from, by ids.
- settings: pages on which an administrator decides something about the branch worked at.
- prove: checks of what must be true of the data, for `manage.py prove`.
- needs: what is promised out of stock already, for whoever orders.
- timeline: what happened to one person, by app; history: whose changes are told from the audit; readers: who may read the
  personal values that the audit keeps of a model's rows.
- marks: a word beside a visit in lists and on the board, asked for once for all that are shown.
- objections: why a person's data can't be erased now; standing: what is written anew after a merge.
- own: which records of an app below are one's own, for roles that count for these alone.
- day guards: what an app says against closing somebody's day now; assigned: what still waits for somebody who works here.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from clinic.permissions import Actor, Permission


@dataclass(frozen=True)
class MenuEntry:
    order: int
    title: Any
    url_name: str
    icon: str
    permission: Permission
    desk: bool = False

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class Shortcut:
    order: int
    title: Any
    url_name: str
    icon: str
    permission: Permission
    query: str = ""
    setting: str = ""  # a switch of the branch worked at, without which this is not on offer

    @property
    def url(self) -> str:
        return reverse(self.url_name) + self.query


@dataclass(frozen=True)
class Setting:
    order: int
    title: Any
    detail: Any
    url_name: str
    icon: str
    permission: Permission

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class SetupStep:
    order: int
    name: str
    title: Any
    url_name: str


@dataclass(frozen=True)
class Panel:
    """`place` is the page it belongs on ("customer", "dashboard"); its URL takes that page's id where it has one.

    In the "bar" of every page stand an icon with a count, which the URL answers, and a link to the same URL.
    On a page with tabs, `tab` names the one it stands in ("visits"); without, it stands in the first.
    """

    place: str
    order: int
    title: Any
    url_name: str
    permission: Permission
    wide: bool = False
    icon: str = ""
    tab: str = ""
    query: str = ""


@dataclass(frozen=True)
class Found:
    """One search result; `customer` where it names one, whose allergies are said beside the name."""

    kind: Any
    title: str
    detail: str
    url: str
    customer: Any = None


@dataclass(frozen=True)
class SearchProvider:
    permission: Permission
    search: Callable[[Any, str], Iterable[Found]]


@dataclass(frozen=True)
class Moment:
    """One thing that happened to a person. `what` is a sentence of few words, `detail` what stands under it."""

    at: datetime.datetime
    icon: str
    what: str
    detail: str = ""
    url: str = ""
    by: str = ""


@dataclass(frozen=True)
class TimelineProvider:
    """`read(user, customer_id, before, limit)`: what the user may see, before a time, the latest first."""

    title: Any
    permission: Permission
    read: Callable[[Any, UUID, datetime.datetime, int], Iterable[Moment]]


@dataclass(frozen=True)
class VisitMark:
    """`read(user, visits)`: of a queryset of visits the ids of those that `word` is said of, for who holds `permission`."""

    word: Any
    permission: Permission
    read: Callable[[Any, Any], Iterable[UUID]]


@dataclass(frozen=True)
class Step:
    order: int
    name: Any
    run: Callable[..., Any]


@dataclass(frozen=True)
class Assigned:
    """Something that waits for a person who works here; `url` leads to where it is settled, "" where one can't."""

    what: str
    count: int
    url: str = ""


_menu: dict[str, MenuEntry] = {}
_shortcuts: list[Shortcut] = []
_setup: dict[str, SetupStep] = {}
_settings: dict[str, Setting] = {}
_panels: dict[tuple[str, str], Panel] = {}
_search: dict[str, SearchProvider] = {}
_demo: dict[int, Step] = {}
_prove: dict[str, Callable[[], Iterable[str]]] = {}
_choices: dict[str, Callable[[Any], Iterable[tuple[UUID, str]]]] = {}
_needs: dict[str, Callable[..., dict[Any, Any]]] = {}
_timeline: dict[str, TimelineProvider] = {}
_history: dict[str, Permission] = {}
_readers: dict[str, Permission] = {}
_marks: dict[str, VisitMark] = {}
_objections: dict[str, Callable[[UUID], Iterable[str]]] = {}
_standing: dict[str, Callable[[UUID], Any]] = {}
_own: dict[str, Callable[[Any], Any]] = {}
_day_guards: dict[str, Callable[..., str]] = {}
_assigned: dict[str, Callable[[Any, Any], Iterable[Assigned]]] = {}


def add_menu(entry: MenuEntry) -> None:
    _menu[entry.url_name] = entry


def add_shortcut(shortcut: Shortcut) -> None:
    if shortcut not in _shortcuts:
        _shortcuts.append(shortcut)


def add_setup(step: SetupStep) -> None:
    _setup[step.name] = step


def setup_steps() -> list[SetupStep]:
    return sorted(_setup.values(), key=lambda step: step.order)


def add_setting(setting: Setting) -> None:
    _settings[setting.url_name] = setting


def add_panel(panel: Panel) -> None:
    _panels[panel.place, panel.url_name + panel.query] = panel


def add_search(name: str, provider: SearchProvider) -> None:
    _search[name] = provider


def add_demo(order: int, name: Any, run: Callable[..., Any]) -> None:
    """No two steps share a place: one would silently take the other's."""
    if order in _demo and _demo[order].run is not run:
        raise ImproperlyConfigured(f"{_demo[order].name} and {name} are both step {order} of the demo.")
    _demo[order] = Step(order, name, run)


def add_proof(name: str, check: Callable[[], Iterable[str]]) -> None:
    """`check` yields a sentence for each thing that is not as it must be."""
    _prove[name] = check


def add_choices(name: str, provider: Callable[[Any], Iterable[tuple[UUID, str]]]) -> None:
    """`provider` takes the person who asks and gives ids and words, in the order they are shown."""
    _choices[name] = provider


def choices_of(name: str, user: Actor) -> list[tuple[UUID, str]]:
    """Nothing where no app offers any."""
    return list(_choices[name](user)) if name in _choices else []


def add_need(name: str, provider: Callable[..., dict[Any, Any]]) -> None:
    """`provider(branch, until)` answers base units by item id and local day that will be taken up to that day."""
    _needs[name] = provider


def add_timeline(name: str, provider: TimelineProvider) -> None:
    _timeline[name] = provider


def add_history(label: str, permission: Permission) -> None:
    """Tell the changes of this model's rows ("billing.Payment") in a person's history, to who holds `permission`."""
    _history[label] = permission


def add_reader(label: str, permission: Permission) -> None:
    """Who holds `permission` and sees a row of this model may read its personal values in the audit."""
    _readers[label] = permission


def add_visit_mark(name: str, mark: VisitMark) -> None:
    _marks[name] = mark


def visit_marks(user: Actor, visits: Any) -> dict[UUID, str]:
    """What is said beside visits, by their ids; a query for each mark, however many visits."""
    found: dict[UUID, str] = {}
    for mark in _marks.values():
        if user.may(mark.permission):
            for key in mark.read(user, visits):
                found[key] = ", ".join(filter(None, (found.get(key), str(mark.word))))
    return found


def add_objection(name: str, check: Callable[[UUID], Iterable[str]]) -> None:
    """`check(customer_id)` yields a sentence for each thing that must be settled before the person is erased."""
    _objections[name] = check


def add_standing(name: str, rederive: Callable[[UUID], Any]) -> None:
    """`rederive(customer_id)` writes what one app tells of a customer's summary row, derived anew."""
    _standing[name] = rederive


def add_own(label: str, provider: Callable[[Any], Any]) -> None:
    """`provider(user)` gives the keys of the rows of this model ("customers.Customer") that are the person's own."""
    _own[label] = provider


def own_of(label: str, user: Any) -> Any:
    """For `pk__in`; nothing where no app says which are."""
    return _own[label](user) if label in _own else []


def add_day_guard(name: str, guard: Callable[..., str]) -> None:
    """`guard(by, branch, day, override)` refuses, or says why the day may be closed all the same, or nothing."""
    _day_guards[name] = guard


def guard_day(*, by: Any, branch: Any, day: datetime.date, override: str) -> list[str]:
    said = [guard(by, branch, day, override) for guard in _day_guards.values()]
    return [sentence for sentence in said if sentence]


def add_assigned(name: str, provider: Callable[[Any, Any], Iterable[Assigned]]) -> None:
    """`provider(user, person)` tells what still waits for `person`, as far as `user` may know."""
    _assigned[name] = provider


def assigned_to(user: Any, person: Any) -> list[Assigned]:
    return [each for provider in _assigned.values() for each in provider(user, person) if each.count]


def menu_for(user: Actor, path: str) -> list[dict[str, Any]]:
    """The rail of one person; the entry whose address begins the path is the current one."""
    entries = [
        {"title": entry.title, "url": entry.url, "icon": entry.icon, "desk": entry.desk}
        for entry in sorted(_menu.values(), key=lambda entry: entry.order)
        if user.may(entry.permission)
    ]
    current = max((e["url"] for e in entries if path.startswith(e["url"])), key=len, default=None)
    return [{**entry, "current": entry["url"] == current} for entry in entries]


def shortcuts_for(user: Actor) -> list[Shortcut]:
    """What this person may begin, in order."""
    allowed = [
        shortcut
        for shortcut in _shortcuts
        if user.may(shortcut.permission) and (not shortcut.setting or getattr(user.branch, shortcut.setting))
    ]
    return sorted(allowed, key=lambda shortcut: shortcut.order)


def settings_for(user: Actor) -> list[Setting]:
    """The settings pages this person may open, in order."""
    allowed = [setting for setting in _settings.values() if user.may(setting.permission)]
    return sorted(allowed, key=lambda setting: setting.order)


def panels_for(user: Actor, place: str, *args: Any) -> list[dict[str, Any]]:
    """The panels of a page that this person may see, with their addresses."""
    return [
        {
            "title": panel.title,
            "url": reverse(panel.url_name, args=args) + panel.query,
            "name": panel.url_name,
            "tab": panel.tab,
            "wide": panel.wide,
            "icon": panel.icon,
        }
        for panel in sorted(_panels.values(), key=lambda panel: panel.order)
        if panel.place == place and user.may(panel.permission)
    ]


def search_providers(user: Actor) -> list[SearchProvider]:
    return [provider for provider in _search.values() if user.may(provider.permission)]


def demo_steps() -> list[Step]:
    return sorted(_demo.values(), key=lambda step: step.order)


def proofs() -> dict[str, Callable[[], Iterable[str]]]:
    return dict(_prove)


def needs() -> list[Callable[..., dict[Any, Any]]]:
    return list(_needs.values())


def timeline_for(user: Any) -> dict[str, TimelineProvider]:
    """By name, those of whom the person may see something."""
    return {name: each for name, each in _timeline.items() if user.may(each.permission)}


def history_for(user: Any) -> list[str]:
    """Labels of the models whose changes the person may read."""
    return [label for label, permission in _history.items() if user.may(permission)]


def reader_of(label: str) -> Permission | None:
    """What it takes to read the personal values of this model's rows; None: nobody reads them in the audit."""
    return _readers.get(label) or _history.get(label)


def objections_to_erasing(customer_id: UUID) -> list[str]:
    return [sentence for check in _objections.values() for sentence in check(customer_id)]


def rederive_standing(customer_id: UUID) -> None:
    for rederive in _standing.values():
        rederive(customer_id)
