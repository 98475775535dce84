"""What stands in the columns of a list, and how a cell becomes a value. Pure.

A reader takes a cell (text, number, date or nothing) and gives the clean value, or raises ValueError with a sentence.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

Cell = (
    str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | None
)
Reader = Callable[[Cell], Any]

DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d/%m/%y")
YES = {"yes", "y", "true", "1", "x"}
NO = {"no", "n", "false", "0", "", "-"}


@dataclass(frozen=True)
class Column:
    """One column: its field's name, the title in the file, and other titles it is known by elsewhere."""

    name: str
    title: Any
    read: Reader
    required: bool = False
    also: tuple[str, ...] = ()
    example: str = ""


def as_text(cell: Cell) -> str:
    """What a person sees in the cell; spreadsheets hold phone numbers and codes as numbers."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\0", "").strip()


def text(most: int) -> Reader:
    def read(cell: Cell) -> str:
        words = " ".join(as_text(cell).split())
        if words.startswith("="):
            raise ValueError(_("This is a formula. Put the value itself in the cell."))
        if len(words) > most:
            raise ValueError(_("At most %(most)s characters fit here.") % {"most": most})
        return words

    return read


def through(check: Callable[[str], Any], most: int = 250) -> Reader:
    """A rule of the app on top of plain text; an empty cell stays empty."""
    plain = text(most)

    def read(cell: Cell) -> Any:
        words = plain(cell)
        return check(words) if words else words

    return read


def amount(places: int = 2, least: Decimal = Decimal(0)) -> Reader:
    """A number without a currency sign, commas between thousands allowed; None where the cell is empty."""

    def read(cell: Cell) -> Decimal | None:
        words = as_text(cell).replace(",", "").removeprefix("₹").strip()
        if not words:
            return None
        try:
            number = Decimal(words)
        except InvalidOperation:
            raise ValueError(_("“%(words)s” is not a number.") % {"words": words[:40]}) from None
        if not number.is_finite() or abs(number) >= Decimal(10) ** 9:
            raise ValueError(_("This number is too large."))
        if number < least:
            raise ValueError(_("The number must be at least %(least)s.") % {"least": least})
        rounded = round(number, places)
        if isinstance(cell, str) and rounded != number:
            raise ValueError(_("At most %(places)s decimals fit here.") % {"places": places})
        return rounded

    return read


def whole(least: int = 0, most: int = 1_000_000) -> Reader:
    plain = amount(6, Decimal(-1_000_000))

    def read(cell: Cell) -> int | None:
        number = plain(cell)
        if number is None:
            return None
        if number != int(number) or not least <= number <= most:
            raise ValueError(
                _("Enter a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
            )
        return int(number)

    return read


def day(cell: Cell) -> datetime.date | None:
    """A date of a spreadsheet, or day, month and year in any of the usual ways; the day comes before the month."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    words = as_text(cell)
    if not words:
        return None
    for form in DAYS:
        try:
            return datetime.datetime.strptime(words, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(
        _("“%(words)s” is not a date. Write it like 2026-03-09, 09/03/2026 or 9 Mar 2026.")
        % {"words": words[:40]}
    )


def choice(answers: Mapping[str, Any]) -> Reader:
    """One of the answers, whatever its capitals; "" where the cell is empty."""
    known = {str(words).casefold(): value for words, value in answers.items()}

    def read(cell: Cell) -> Any:
        words = as_text(cell)
        if not words:
            return ""
        if words.casefold() not in known:
            raise ValueError(
                _("“%(words)s” isn't one of: %(answers)s.")
                % {"words": words[:40], "answers": ", ".join(map(str, answers))}
            )
        return known[words.casefold()]

    return read


def yes_no(cell: Cell) -> bool:
    words = as_text(cell).casefold()
    if words not in YES | NO:
        raise ValueError(_("Write yes or no."))
    return words in YES
