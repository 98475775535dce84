"""What lists there are to import. Each app adds its own in `AppConfig.ready`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from clinic.models import Branch
from clinic.permissions import Actor, Permission
from imports.columns import Column


@dataclass
class Line:
    """One row: its number in the file (the head is 1) and the values by column name."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Something about a line. What is `left_out` is no mistake: it is there already."""

    line: int
    column: str
    sentence: str
    left_out: bool = False


def refuse_line(**wanted: Any) -> None:
    raise NotImplementedError("an importer writes its lines one by one or all at once")


@dataclass(frozen=True)
class Importer:
    """`check` finds what only the database and the whole file can tell.

    Lines are written by `write_line` one by one, through the verb that a page would use: the dry run tries each and
    takes all back, so that it says exactly what the verb would refuse. Where that would take too long `write` gets all
    lines at once, and `check` must find everything. Both run in the worker, in its transaction.
    `present` gives what is there now, as such a file holds it, by column name, to whoever holds `export`.
    """

    kind: str
    order: int
    title: Any
    explanation: Any
    permission: Permission
    columns: Callable[[Branch], tuple[Column, ...]]
    check: Callable[[Branch, list[Line]], Iterable[Finding]]
    write: Callable[..., None] | None = None
    write_line: Callable[..., None] = refuse_line
    icon: str = "file-up"
    present: Callable[[Branch], Iterable[dict[str, Any]]] | None = None
    export: Permission | None = None

    def shows_to(self, user: Actor) -> bool:
        """Whether this person may take out what is there now."""
        return self.present is not None and self.export is not None and user.may(self.export)


_importers: dict[str, Importer] = {}


def add(importer: Importer) -> None:
    _importers[importer.kind] = importer


def get(kind: str) -> Importer | None:
    return _importers.get(kind)


def all_for(user: Actor) -> list[Importer]:
    """What this person may import, in order."""
    allowed = [each for each in _importers.values() if user.may(each.permission)]
    return sorted(allowed, key=lambda each: each.order)


def twice(lines: list[Line], column: str, sentence: str) -> Iterator[Finding]:
    """Finds values that stand in the file more than once; empty ones don't count. `sentence` may use %(line)s."""
    seen: dict[Any, int] = {}
    for line in lines:
        value = line.values.get(column)
        key = value.casefold() if isinstance(value, str) else value
        if key in ("", None):
            continue
        if key in seen:
            yield Finding(line.number, column, sentence % {"line": seen[key]})
        else:
            seen[key] = line.number
