"""The matrix of rights: modules by what may be done with them; which right stands in which cell. Pure.

The eight columns are those of the matrices that clinics hand around. A right whose name is another word stands in the
column of what it comes to (`packages.enrol` creates), one that is none of the eight beside them. A module that this file
doesn't know gets a line of its own, so that no right is ever missing from the page.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission

ACTIONS = {
    "view": _("See"), "create": _("Create"), "change": _("Change"), "cancel": _("Cancel"), "approve": _("Approve"),
    "export": _("Export"), "print": _("Print"), "configure": _("Configure"),
}  # fmt: skip
#: Rights whose name is another word for one of the eight.
MEANS = {
    "files.add": "create",
    "packages.enrol": "create",
    "purchasing.order": "create",
    "imports.run": "create",
    "messages.send": "create",
    "availability.manage": "change",
    "queue.manage": "change",
    "visits.complete": "change",
    "drawers.verify": "approve",
}
LINES = [
    (_("Dashboard and figures"), ["dashboard", "money"]),
    (_("Customers"), ["customers"]),
    (_("Files and photographs"), ["files"]),
    (_("Appointments"), ["appointments", "charges"]),
    (_("Visits and sessions"), ["visits", "notes", "queue", "sessions"]),
    (_("Availability"), ["availability"]),
    (_("Packages"), ["packages"]),
    (_("Stock"), ["inventory"]),
    (_("Purchasing"), ["purchasing"]),
    (_("Imports"), ["imports"]),
    (_("Billing"), ["billing"]),
    (_("Online payments"), ["online"]),
    (_("Drawers"), ["drawers"]),
    (_("Messages"), ["messages"]),
    (_("People and roles"), ["staff"]),
    (_("Leave"), ["leave"]),
    (_("Audit"), ["audit"]),
    (_("Settings"), ["settings"]),
]
MATRICES = Path(__file__).parent / "data" / "matrices.json"


@dataclass(frozen=True)
class Right:
    """One right in its cell: ticked or not, and whether that is news against what is saved."""

    code: str
    label: str
    is_on: bool
    is_news: bool


@dataclass(frozen=True)
class Cell:
    title: Any
    rights: list[Right]


@dataclass(frozen=True)
class Line:
    """A module: a cell for each of the eight, and one for what is none of them."""

    title: Any
    cells: list[Cell]
    others: list[Right]


@dataclass(frozen=True)
class Preset:
    """Somebody's matrix: what each role, by its code, may do there."""

    code: str
    title: str
    source: str
    roles: dict[str, list[str]]


def column_of(permission: str) -> str:
    """The action a right stands under; "" where it is none of the eight."""
    action = MEANS.get(permission, permission.partition(".")[2])
    return action if action in ACTIONS else ""


def lines(wanted: Iterable[str], saved: Iterable[str] | None = None) -> list[Line]:
    """The whole matrix, `wanted` ticked; what differs from `saved` is marked."""
    on = set(wanted)
    before = on if saved is None else set(saved)
    known = {module for _title, modules in LINES for module in modules}
    more = {each.partition(".")[0] for each in Permission.values} - known
    named = [*LINES, *((module.capitalize(), [module]) for module in sorted(more))]
    return [_line(title, modules, on, before) for title, modules in named]


def _line(title: Any, modules: list[str], on: set[str], before: set[str]) -> Line:
    mine = [each for each in Permission if each.value.partition(".")[0] in modules]
    rights = [
        (column_of(each), Right(each.value, str(each.label), each in on, (each in on) != (each in before)))
        for each in mine
    ]
    cells = [
        Cell(label, [right for column, right in rights if column == action])
        for action, label in ACTIONS.items()
    ]
    return Line(title, cells, [right for column, right in rights if not column])


def presets() -> list[Preset]:
    return [Preset(**entry) for entry in json.loads(MATRICES.read_text())]


def preset(code: str) -> Preset | None:
    return next((each for each in presets() if each.code == code), None)
