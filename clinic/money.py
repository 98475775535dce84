"""Rupees and paise: rounding, Indian grouping, words. Amounts are Decimal, never float."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words

PAISA = Decimal("0.01")
RUPEE = Decimal(1)
CRORE = 10_000_000


def round2(value: Decimal) -> Decimal:
    """To paise, half away from zero (2.345 -> 2.35, -2.345 -> -2.35); never minus zero."""
    return value.quantize(PAISA, rounding=ROUND_HALF_UP) + 0


def round_to_rupee(value: Decimal) -> Decimal:
    """To whole rupees, fifty paise up, as a two-decimal amount (198.50 -> 199.00)."""
    return round2(value.quantize(RUPEE, rounding=ROUND_HALF_UP))


def paise(value: Decimal) -> int:
    """The amount in whole paise, as payment gateways want it."""
    return int(round2(value) * 100)


def grouped(value: Decimal) -> str:
    """Indian grouping with two decimals: `12,34,567.89`, `-1,050.00`."""
    amount = round2(value)
    whole, fraction = f"{abs(amount):.2f}".split(".")
    lead, last = whole[:-3], whole[-3:]
    pairs = [lead[max(end - 2, 0) : end] for end in range(len(lead), 0, -2)][::-1]
    return f"{'-' if amount < 0 else ''}{','.join([*pairs, last])}.{fraction}"


def rupees(value: Decimal) -> str:
    """`₹12,34,567.89`; the minus stands before the symbol."""
    figure = grouped(value)
    return f"-₹{figure[1:]}" if figure.startswith("-") else f"₹{figure}"


def in_words(value: Decimal) -> str:
    """`Rupees One Lakh Two Thousand and Five Paise Only`: English, as bills in India print it."""
    whole, part = divmod(abs(paise(value)), 100)
    sign = "Minus " if round2(value) < 0 else ""
    fraction = f" and {_count(part)} Paise" if part else ""
    return f"{sign}Rupees {_count(whole)}{fraction} Only"


def _count(number: int) -> str:
    # num2words stops at a thousand crore, and prints "and", commas and hyphens, which cheque style leaves out.
    if number >= CRORE:
        above, below = divmod(number, CRORE)
        return f"{_count(above)} Crore" + (f" {_count(below)}" if below else "")
    plain = num2words(number, lang="en_IN")
    return " ".join(word.title() for word in re.findall("[a-z]+", plain) if word != "and")


def apportion(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split `total` in proportion to `weights`, to the paisa, so that the parts add up exactly.

    Largest remainder first, ties to the earlier part. All weights zero: only a zero total can be split.
    """
    units, parts = paise(total), [paise(weight) for weight in weights]
    whole = sum(parts)
    if not whole:
        if units:
            raise ValueError("an amount cannot be split over weights that are all zero")
        return [round2(Decimal(0)) for _part in parts]
    shares = [divmod(units * part, whole) for part in parts]
    left = units - sum(share for share, _rest in shares)
    first = sorted(range(len(shares)), key=lambda place: -shares[place][1])[:left]
    return [Decimal(share + (place in first)).scaleb(-2) for place, (share, _rest) in enumerate(shares)]
