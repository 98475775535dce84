"""What a case may say, read strictly: everything that can't be read ends in a sentence, never in a guess."""

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

Case = dict[str, Any]
Choice = TypeVar("Choice", bound=StrEnum)
DIGITS = 20  # before or after the point: more is no amount, quantity or rate


class Malformed(ValueError):
    """The file or a case can't be read; `str()` is a sentence for a human."""


def decimal(value: object, name: str) -> Decimal:
    """An exact number out of JSON: a string such as "12.50" or a number."""
    try:
        if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
            number = Decimal(value)
            if number.is_finite() and abs(number.adjusted()) <= DIGITS:
                return number
    except InvalidOperation:
        pass
    raise Malformed(_("“%(name)s” must be a number; it is %(value)r.") % {"name": name, "value": value})


def part(case: Case, name: str) -> Case:
    given = case.get(name)
    if not isinstance(given, dict):
        raise Malformed(_("“%(name)s” must be an object.") % {"name": name})
    return given


def text(case: Case, name: str, default: str | None = None) -> str:
    given = case.get(name, default)
    if not isinstance(given, str):
        raise Malformed(_("“%(name)s” must be a text in quotes.") % {"name": name})
    return given


def flag(case: Case, name: str) -> bool:
    given = case.get(name, False)
    if not isinstance(given, bool):
        raise Malformed(_("“%(name)s” must be true or false.") % {"name": name})
    return given


def choice(kinds: type[Choice], given: object, name: str) -> Choice:
    try:
        return kinds(str(given))
    except ValueError:
        sentence = _("“%(name)s” must be one of %(kinds)s; it is %(given)r.")
        raise Malformed(sentence % {"name": name, "kinds": ", ".join(kinds), "given": given}) from None


def refuse_unknown(given: Case, known: set[str]) -> None:
    if unknown := sorted(given.keys() - known):
        sentence = _("The input says %(names)s, which this command doesn't know; known are %(known)s.")
        raise Malformed(sentence % {"names": ", ".join(unknown), "known": ", ".join(sorted(known))})


def day(case: Case, name: str) -> date:
    try:
        return date.fromisoformat(text(case, name))
    except ValueError as error:
        if isinstance(error, Malformed):
            raise
        sentence = _("“%(name)s” must be a date such as 2025-09-22; it is %(given)r.")
        raise Malformed(sentence % {"name": name, "given": case[name]}) from None
