"""What can be true of a person: names, phones, birth dates, PIN codes, GSTINs. Pure; each rule gives the clean value.

A rule raises ValueError with a sentence where the value is impossible; an empty value is the field's own matter.
"""

import calendar
import datetime
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import addresses, gst, phones
from customers.countries import INDIA

EARLIEST_BIRTH = datetime.date(1900, 1, 1)
_UNSEEN = {"Cc", "Cs", "Co"}  # control characters, lone surrogates, private use
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")


def name(typed: str) -> str:
    """One line, single spaces, any script; joiners that Indian scripts and emoji need are kept."""
    words = _TURNS_TEXT.sub("", typed).split()
    seen = [
        "".join(letter for letter in word if unicodedata.category(letter) not in _UNSEEN) for word in words
    ]
    clean = " ".join(word for word in seen if word)
    if typed and not any(letter.isprintable() and not letter.isspace() for letter in clean):
        raise ValueError(_("Enter the person's name."))
    return clean


def phone(typed: str) -> str:
    """E.164; Indian unless a country code says otherwise."""
    return phones.parse(typed) if typed else typed


def birth_date(day: datetime.date | None) -> datetime.date | None:
    if day is None:
        return None
    if day > timezone.localdate():
        raise ValueError(_("A date of birth can't lie in the future."))
    if day < EARLIEST_BIRTH:
        raise ValueError(_("A date of birth before 1900 can't be right."))
    return day


def gstin(typed: str) -> str:
    """The GSTIN of a business customer, checked to its last character; empty for everybody else."""
    if not typed.strip():
        return ""
    try:
        return gst.check_gstin(typed, kinds=gst.BUYERS).normalized
    except gst.Invalid as problem:
        raise ValueError(str(problem)) from None


def age_to_birth(years: int, months: int, today: datetime.date) -> datetime.date:
    """The day on which somebody of that age was born if they had their birthday today."""
    total = today.year * 12 + today.month - 1 - years * 12 - months
    year, month = divmod(total, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(today.day, last))


RULES: dict[str, Callable[[Any], Any]] = {
    "full_name": name,
    "phone": phone,
    "second_phone": phone,
    "emergency_phone": phone,
    "born_on": birth_date,
    "postal_code": addresses.pin_code,
    "gstin": gstin,
}


def check(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The clean values of what is `given` (columns of Customer by name), and a sentence for each that can't be.

    Only India's postal codes have a rule; what is missing from `given` isn't looked at.
    """
    clean, wrong = {}, {}
    abroad = given.get("country") not in (None, "", INDIA)
    for field, rule in RULES.items():
        if field not in given or (abroad and field == "postal_code"):
            continue
        try:
            clean[field] = rule(given[field])
        except ValueError as problem:
            wrong[field] = str(problem)
    numbers = given | clean
    if numbers.get("second_phone") and numbers.get("second_phone") == numbers.get("phone"):
        wrong["second_phone"] = _("This is the first phone once more.")
    if numbers.get("gstin") and numbers.get("state") and numbers["gstin"][:2] != numbers["state"]:
        wrong.setdefault("state", _("The GSTIN belongs to another State than the one chosen."))
    return clean, wrong
