"""A customer's reference number (`clinic/references.py`): its letter is F, M or O, or one letter for everybody, where the
branch wants the number to say nothing of gender. Pure.
"""

from clinic.references import ALPHABET, LAST_SERIAL, check_character, is_right, month_of, numbered

LETTERS = {"female": "F", "male": "M"}
OTHER = "O"

__all__ = ["ALPHABET", "LAST_SERIAL", "LETTERS", "OTHER", "build", "check_character", "is_right", "month_of"]


def build(*, stem: str, gender: str, month: str, serial: int, neutral: str = "") -> str:
    """The whole number; `neutral` is the letter that stands in place of the gender's."""
    return numbered(stem=stem, letter=neutral or LETTERS.get(gender, OTHER), month=month, serial=serial)
