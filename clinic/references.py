"""Reference numbers of people: 12 characters that can be read out over a phone.

`LC F 26 B 7 00042`: two characters of the branch's code, a letter that says of whom, the year, the month (1 to 9, A for
October, B, C), a check character and a serial of five digits within that month. Numbers given earlier or brought along are
kept as they are. Pure.
"""

import datetime

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LAST_SERIAL = 99_999


def month_of(day: datetime.date) -> str:
    """`26B` for November 2026."""
    return f"{day:%y}{ALPHABET[day.month]}"


def numbered(*, stem: str, letter: str, month: str, serial: int) -> str:
    """The whole number."""
    head, tail = f"{stem}{letter}{month}", f"{serial:05d}"
    return head + check_character(head + tail) + tail


def is_right(reference: str) -> bool:
    """Whether the seventh character checks the others: true of all new numbers, of older ones only by chance."""
    rest = reference[:6] + reference[7:]
    built = len(reference) == 12 and all(letter in ALPHABET for letter in rest)
    return built and check_character(rest) == reference[6]


def check_character(text: str) -> str:
    """ISO 7064 MOD 37,36 over digits and capital letters: finds every single mistyped character and most swaps."""
    product = 36
    for letter in text:
        product = ((product + ALPHABET.index(letter)) % 36 or 36) * 2 % 37
    return ALPHABET[(1 - product) % 36]
