"""The table of docs/security.md is true as far as a machine can tell: nothing it names is missing, and it counts well."""

import ast
import re
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOC = ROOT / "docs" / "security.md"
STATES = {"held", "not applicable", "open"}
#: Levels 1 and 2 of the Application Security Verification Standard 5.0.0, by number; level 3 is left out.
ASKED = """
    1.1.1–2 1.2.1–9 1.3.1–11 1.4.1–3 1.5.1–2 2.1.1–3 2.2.1–3 2.3.1–4 2.4.1 3.2.1–2 3.3.1–4 3.4.1–6 3.5.1–5 3.7.1–2
    4.1.1–3 4.2.1 4.3.1–2 4.4.1–4 5.1.1 5.2.1–3 5.3.1–2 5.4.1–3 6.1.1–3 6.2.1–12 6.3.1–4 6.4.1–4 6.5.1–5 6.6.1–3
    6.8.1–4 7.1.1–3 7.2.1–4 7.3.1–2 7.4.1–5 7.5.1–2 7.6.1–2 8.1.1–2 8.2.1–3 8.3.1 8.4.1 9.1.1–3 9.2.1–4 10.1.1–2
    10.2.1–2 10.3.1–4 10.4.1–11 10.5.1–5 10.6.1–2 10.7.1–3 11.1.1–2 11.2.1–3 11.3.1–3 11.4.1–4 11.5.1 11.6.1
    12.1.1–3 12.2.1–2 12.3.1–4 13.1.1 13.2.1–5 13.3.1–2 13.4.1–5 14.1.1–2 14.2.1–4 14.3.1–3 15.1.1–3 15.2.1–3
    15.3.1–7 16.1.1 16.2.1–5 16.3.1–4 16.4.1–3 16.5.1–3 17.1.1 17.2.1–4 17.3.1–2
""".split()  # noqa: SIM905 - a list of eighty would be less readable
ROW = re.compile(r"^\| (\d+\.\d+\.\d+(?:–\d+)?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
SETTING = re.compile(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b")


def numbers(told: str) -> list[str]:
    """`1.2.6–8` is three of them."""
    first, _, last = told.partition("–")
    section, _, begin = first.rpartition(".")
    return [f"{section}.{number}" for number in range(int(begin), int(last or begin) + 1)]


def rows() -> list[tuple[str, ...]]:
    return ROW.findall(DOC.read_text())


def named(where: str) -> list[str]:
    return re.findall(r"`([^`]+)`", where)


@cache
def defined_in(path: Path) -> set[str]:
    """`test_x`, and `TestY::test_x` for those in classes."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            inside = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
            found |= {f"{node.name}::{name}" for name in inside}
    return found


def is_there(name: str) -> bool:
    path, _, test = name.partition("::")
    if not (ROOT / path).is_file():
        return False
    return not test or (test.rpartition("::")[2].startswith("test_") and test in defined_in(ROOT / path))


def test_every_number_stands_there_once():
    asked = [number for told in ASKED for number in numbers(told)]
    assert len(asked) == 253
    assert [number for told, *_more in rows() for number in numbers(told)] == asked


def test_every_test_file_and_setting_it_names_exists():
    known = (ROOT / "clinic" / "settings.py").read_text()
    missing = [
        (row[0], name) for row in rows() for name in named(row[2]) if "/" in name and not is_there(name)
    ]
    files = [name for row in rows() for name in named(row[2]) if "/" not in name and "." in name]
    missing += [("", name) for name in files if not (ROOT / name).is_file()]
    missing += [(row[0], word) for row in rows() for word in SETTING.findall(row[2]) if word not in known]
    assert missing == []


def test_a_missing_one_would_be_found():
    assert is_there("tests/test_security_table.py::test_a_missing_one_would_be_found")
    assert not is_there("tests/test_security_table.py::test_that_nobody_wrote")
    assert not is_there("tests/test_no_such_file.py")
    assert not is_there("tests/test_security_table.py::numbers"), "what is no test holds nothing"


def test_whatever_is_held_says_by_what():
    for number, _asks, where, state in rows():
        assert state in STATES, number
        if state == "held":
            assert named(where) or SETTING.search(where) or "this page" in where, number


def test_the_count_on_the_page_is_true():
    counted = dict.fromkeys(STATES, 0)
    for told, _asks, _where, state in rows():
        counted[state] += len(numbers(told))
    sentence = "{held} are held, {not applicable} don't apply, **{open} are open**".format_map(counted)
    assert sentence in DOC.read_text(), sentence


def test_scripts_write_text_and_never_markup():
    """Nor do they read the cookie, keep anything but the theme, or merge what they were sent into objects."""
    risky = re.compile(
        r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function|window\.addEventListener\(\"message\"|onmessage|"
        r"__proto__|document\.cookie|sessionStorage|indexedDB|JSON\.parse"
    )
    scripts = sorted((ROOT / "static" / "js").glob("*.js"))
    assert len(scripts) > 10
    assert [(path.name, found) for path in scripts for found in risky.findall(path.read_text())] == []
    assert [path.name for path in scripts if "localStorage" in path.read_text()] == ["theme.js"]
