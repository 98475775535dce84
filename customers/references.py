"""A customer's reference number: 12 characters that can be read out over a phone.

`LC F 26 B 00042 7`: the first two characters of the branch's code, F, M or O, the year, the month (1 to 9, A for
October, B, C), a serial of five digits within that month, and a check character. Pure.
"""

import datetime

from clinic.gst.gstin import ALPHABET, check_character

LAST_SERIAL = 99_999


def month_of(day: datetime.date) -> str:
    """`26B` for November 2026."""
    return f"{day:%y}{ALPHABET[day.month]}"


def build(*, stem: str, gender: str, month: str, serial: int) -> str:
    """The whole number. The check character is that of a GSTIN: mod 36, weights 1 and 2 in turn."""
    letter = {"female": "F", "male": "M"}.get(gender, "O")
    body = f"{stem}{letter}{month}{serial:05d}"
    return body + check_character(body)
