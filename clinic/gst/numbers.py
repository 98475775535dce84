"""Numbers of invoices, bills of supply, notes and vouchers (Rule 46(b) CGST)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.gst.invalid import Invalid

LENGTH = 16
_LEGAL = re.compile(r"[A-Za-z0-9/-]+", re.ASCII)


@dataclass(frozen=True)
class InvoiceNumber:
    """`compared` is what must be unique within a GSTIN and financial year: the portal ignores letter case."""

    printed: str
    compared: str
    accepted_by_irp: bool


def accepted_by_irp(number: str) -> bool:
    """Whether the e-invoice portal takes it; it refuses a first character of 0, / or -.

    Series settings should ask this too: a series that fails it can't be used once e-invoicing applies.
    """
    return bool(_LEGAL.fullmatch(number)) and len(number) <= LENGTH and number[0] not in "0/-"


def check_invoice_number(value: str, *, issued: Iterable[str] = ()) -> InvoiceNumber:
    """The number as printed and as compared, or Invalid; nothing is trimmed, a stray blank is a fault.

    `issued`: numbers already given under this GSTIN in this financial year.
    Reasons: empty, too_long, illegal_character, duplicate.
    """
    if not value:
        raise _invalid("empty", _("An invoice needs a number."))
    if len(value) > LENGTH:
        sentence = _("An invoice number has at most 16 characters; “%(number)s” has %(count)d.")
        raise _invalid("too_long", sentence % {"number": value, "count": len(value)})
    if not _LEGAL.fullmatch(value):
        sentence = _("“%(number)s” can't be an invoice number: only A to Z, 0 to 9, - and / are allowed.")
        raise _invalid("illegal_character", sentence % {"number": value})
    compared = value.upper()
    if compared in {number.upper() for number in issued}:
        sentence = _("The number %(number)s is already taken in this financial year.")
        raise _invalid("duplicate", sentence % {"number": compared})
    return InvoiceNumber(value, compared, accepted_by_irp(value))


def _invalid(reason: str, sentence: str) -> Invalid:
    return Invalid(sentence, reason=reason, field="number")
