"""Cases of GST arithmetic kept in a JSON file, run against the code, with what differs.

A file is an object of sections; a section is a list of cases; a case has `id`, its input and
`expected`. `ambiguous: true` marks a case where the law leaves room: it is shown but doesn't fail.
Only the figures that a case expects are compared. `tests/data/gst_cases.json` is an example.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from clinic.gst_cases import inputs, sections
from clinic.gst_cases.inputs import Malformed as Malformed

Runner = Callable[[dict[str, Any]], dict[str, Any]]
SECTIONS: dict[str, Runner] = sections.SECTIONS
NOTES = {"meta", "policy"}  # sections that explain the file and hold no cases
NOTHING = object()


@dataclass(frozen=True)
class Difference:
    """One figure: its path in the case (`lines.2.cgst`), what the case says and what the code gives."""

    path: str
    expected: str
    got: str


@dataclass(frozen=True)
class Outcome:
    """One case. `problem` is a sentence when the case itself can't be read, `remark` what the code said."""

    section: str
    id: str
    ambiguous: bool
    differences: tuple[Difference, ...] = ()
    problem: str = ""
    remark: str = ""

    @property
    def agrees(self) -> bool:
        return not self.differences and not self.problem

    @property
    def fails(self) -> bool:
        return bool(self.problem) or (bool(self.differences) and not self.ambiguous)


@dataclass
class Report:
    """All outcomes in the order of the file; `not_checked` maps a section we don't know to its size."""

    outcomes: list[Outcome] = field(default_factory=list)
    not_checked: dict[str, int] = field(default_factory=dict)

    @property
    def failures(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.fails]

    @property
    def doubtful(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.agrees and not outcome.fails]


def read(path: Path) -> dict[str, Any]:
    """The sections of a file, numbers kept exact, or Malformed with a sentence."""
    try:
        data = json.loads(path.read_text("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
        json.dumps(data, ensure_ascii=False, default=str).encode()  # half a character can't be printed
    except OSError as error:
        raise Malformed(
            _("%(path)s can't be read: %(why)s.") % {"path": path, "why": error.strerror}
        ) from None
    except UnicodeError:
        raise Malformed(_("%(path)s isn't text in UTF-8.") % {"path": path}) from None
    except json.JSONDecodeError as error:
        sentence = _("%(path)s isn't JSON: line %(line)d, column %(column)d: %(why)s.")
        names = {"path": path, "line": error.lineno, "column": error.colno, "why": error.msg}
        raise Malformed(sentence % names) from None
    except (RecursionError, ValueError):
        raise Malformed(_("%(path)s isn't JSON that this command can read.") % {"path": path}) from None
    if not isinstance(data, dict) or not data:
        raise Malformed(_("%(path)s must hold an object of sections, each a list of cases.") % {"path": path})
    return data


def check(data: dict[str, Any]) -> Report:
    """Run every case of every section we know; Malformed when a known section isn't a list."""
    report = Report()
    for section, cases in data.items():
        if section in NOTES:
            continue
        if section not in SECTIONS:
            report.not_checked[section] = len(cases) if isinstance(cases, list) else 1
            continue
        if not isinstance(cases, list):
            raise Malformed(_("Section %(section)s must be a list of cases.") % {"section": section})
        report.outcomes += [check_case(section, case, place) for place, case in enumerate(cases, 1)]
    return report


def check_case(section: str, case: object, place: int = 1) -> Outcome:
    """The outcome of one case; `place` names a case that has no id."""
    name = f"#{place}"
    try:
        if not isinstance(case, dict):
            raise Malformed(_("A case must be an object."))
        name = str(case.get("id") or name)
        ambiguous = case.get("ambiguous", False)
        if not isinstance(ambiguous, bool):
            raise Malformed(_("“ambiguous” must be true or false."))
        expected = case.get("expected")
        if not isinstance(expected, dict) or not expected:
            raise Malformed(_("“expected” must be an object that says at least one figure."))
        got = SECTIONS[section](case)
        remark = got.pop("sentence", "")
        return Outcome(section, name, ambiguous, tuple(_compare(expected, got)), remark=remark)
    except Malformed as error:
        return Outcome(section, name, ambiguous=False, problem=str(error))


def _no_number(text: str) -> None:
    raise ValueError(text)


def _compare(expected: dict[str, Any], got: dict[str, Any]) -> Iterator[Difference]:
    if "error" in got and "error" not in expected:
        yield Difference("error", _shown(NOTHING), _shown(got["error"]))
    else:
        yield from _differences(_keyed(expected), _keyed(got))


def _keyed(figures: dict[str, Any]) -> dict[str, Any]:
    """Lists as objects, so that rows are compared by what they are about and not by their order."""
    names: dict[str, Callable[[int, dict[str, Any]], str]] = {
        "lines": lambda place, row: str(row.get("ref", place)),
        "rate_summary": lambda _place, row: f"{row.get('treatment')} {_rate(row.get('gst_rate'))}%",
    }
    keyed = dict(figures)
    for name in names.keys() & figures.keys():
        rows = figures[name]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Malformed(_("“%(name)s” must be a list of objects.") % {"name": name})
        keyed[name] = {
            names[name](place, row): {key: value for key, value in row.items() if key != "ref"}
            for place, row in enumerate(rows, 1)
        }
        if len(keyed[name]) != len(rows):
            raise Malformed(_("Two rows of “%(name)s” are about the same thing.") % {"name": name})
    return keyed


def _rate(value: object) -> str:
    number = _number(value)
    return str(value) if number is None else f"{number.normalize():f}"


def _differences(expected: dict[str, Any], got: dict[str, Any], path: str = "") -> Iterator[Difference]:
    for key, wanted in expected.items():
        given = got.get(key, NOTHING)
        if isinstance(wanted, dict) and isinstance(given, dict):
            yield from _differences(wanted, given, f"{path}{key}.")
        elif not _same(wanted, given):
            yield Difference(f"{path}{key}", _shown(wanted), _shown(given))
    if path in ("lines.", "rate_summary."):
        for key in got.keys() - expected.keys():
            yield Difference(f"{path}{key}", _shown(NOTHING), _shown(got[key]))


def _same(wanted: object, given: object) -> bool:
    if isinstance(given, Decimal):
        return _number(wanted) == given
    return type(wanted) is type(given) and wanted == given


def _number(value: object) -> Decimal | None:
    try:
        return inputs.decimal(value, "")
    except Malformed:
        return None


def _shown(value: object) -> str:
    if value is NOTHING:
        return _("nothing")
    return (
        str(value)
        if isinstance(value, (str, Decimal))
        else json.dumps(value, default=str, ensure_ascii=False)
    )
