"""Words that no password of a clinic may consist of (NIST SP 800-63B section 3.1.1.2: context-specific words).

Whoever guesses tries the name of the house with a year first, then the job, then what the trade speaks of. A password
that holds such a word among others is fine.
"""

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clinic.models import Branch

WORDS = frozenset({
    "admin", "administrator", "manager", "owner", "doctor", "nurse", "therapist", "reception", "receptionist", "cashier",
    "accountant", "pharmacist", "stockkeeper", "staff", "employee", "desk", "counter", "front", "clinic", "clinicerp", "erp",
    "salon", "hospital", "patient", "customer", "skin", "beauty", "care", "health", "billing", "stock", "password", "passcode",
    "welcome", "login", "signin", "secret", "letmein", "india", "my", "the", "our", "new", "and", "for", "of",
})  # fmt: skip
LETTERS = re.compile(r"[^\W\d_]+")
LOOKS_LIKE = [str.maketrans("@$0135", letters) for letters in ("asoles", "asoies")]  # p@ssw0rd, cl1n1c


class HouseWordsValidator:
    """Refuses what is made of such words and the house's own name, with figures and signs around."""

    def validate(self, password: str, user: Any = None) -> None:
        words = WORDS | words_of_the_house()
        if any(_made_of(text, words) for text in [password, *map(password.translate, LOOKS_LIKE)]):
            raise ValidationError(self.get_help_text(), code="password_of_house_words")

    def get_help_text(self) -> str:
        return _("Your password can't be the clinic's name or a word of its work, with or without figures.")


class DatesValidator:
    """Figures alone are fine; those of a day, such as a birthday, are guessed among the first."""

    def validate(self, password: str, user: Any = None) -> None:
        figures = re.sub(r"[\s./-]", "", password)
        if any(_is_day(figures, order) for order in ("%d%m%Y", "%m%d%Y", "%Y%m%d")):
            raise ValidationError(self.get_help_text(), code="password_is_a_date")

    def get_help_text(self) -> str:
        return _("Your password can't be a date.")


def _is_day(figures: str, order: str) -> bool:
    if not (len(figures) == 8 and figures.isdecimal() and figures.isascii()):
        return False
    try:
        return 1900 <= datetime.strptime(figures, order).year <= 2100  # noqa: DTZ007 - a day, no moment
    except ValueError:
        return False


def words_of_the_house() -> set[str]:
    names = Branch.objects.values_list("trade_name", "legal_name")
    return {word for pair in names for name in pair for word in _words(name)}


def _words(text: str) -> list[str]:
    return LETTERS.findall(text.lower())


def _made_of(text: str, words: frozenset[str] | set[str]) -> bool:
    """Whether its letters are such words and nothing else, also written together."""
    parts = _words(text)
    return bool(parts) and all(_splits(part, words) for part in parts)


def _splits(text: str, words: frozenset[str] | set[str]) -> bool:
    ends = {0}
    for end in range(1, len(text) + 1):
        if any(text[begin:end] in words for begin in ends):
            ends.add(end)
    return len(text) in ends
