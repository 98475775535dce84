"""National ids: what each looks like, and the clean way to keep it. Pure.

A number is told by its shape and, where it has one, its check digit; whether it was ever given out only its office
knows. Nothing here is kept: `customers.domain` seals it.
"""

import re

from django.utils.translation import gettext as _

_TIMES = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_TURNS = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870",
    "4286573901", "2793806415", "7046913258",
)  # fmt: skip

_SHAPES = {
    "pan": (r"[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]", "ABCPE1234F"),
    "passport": (r"[A-Z][1-9][0-9]{6}|[A-Z0-9]{6,9}", "A1234567"),
    "voter": (r"[A-Z]{3}[0-9]{7}", "ABC1234567"),
    "licence": (r"[A-Z]{2}[0-9A-Z]{8,14}", "KA0120110012345"),
}


def check(kind: str, typed: str) -> str:
    """Capitals and digits alone, as they are kept and compared; ValueError with a sentence where it can't be one."""
    number = re.sub(r"[\s/-]", "", typed).upper()
    if kind == "aadhaar":
        return _aadhaar(number)
    shape, example = _SHAPES[kind]
    if not re.fullmatch(shape, number, re.ASCII):
        raise ValueError(_("That isn't built like one; for example %(example)s.") % {"example": example})
    return number


def compared(kind: str, number: str) -> str:
    """What two ids are equal by; an index of it is kept."""
    return f"{kind}:{number}"


def masked(ending: str) -> str:
    """All that is shown without leave."""
    return f"•••• {ending}" if ending else ""


def shown(kind: str, number: str) -> str:
    """As it stands on the card."""
    return " ".join((number[:4], number[4:8], number[8:])) if kind == "aadhaar" else number


def _aadhaar(number: str) -> str:
    if not re.fullmatch(r"[2-9][0-9]{11}", number, re.ASCII):
        raise ValueError(_("An Aadhaar number has 12 digits and doesn't begin with 0 or 1."))
    check = 0
    for place, digit in enumerate(reversed(number)):  # Verhoeff, as UIDAI uses it
        check = int(_TIMES[check][int(_TURNS[place % 8][int(digit)])])
    if check:
        raise ValueError(_("One digit of this Aadhaar number is mistyped."))
    return number
