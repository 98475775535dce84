"""Phone numbers, stored as E.164 and shown as people write them."""

import re

import phonenumbers
from django.utils.translation import gettext as _


def parse(typed: str, region: str = "IN") -> str:
    """E.164 of what was typed; ValueError with a sentence where it can't be a phone number.

    An Indian mobile has ten digits and begins with 6 to 9.
    """
    digits = re.sub(r"\D", "", typed)
    if len(digits) > 15:
        raise ValueError(
            _("A phone number has at most 15 digits; this one has %(count)s.") % {"count": len(digits)}
        )
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        raise ValueError(_("Enter a phone number, for example 98765 43210.")) from None
    national = str(number.national_number)
    indian_mobile = number.country_code == 91 and re.fullmatch(r"[6-9]\d{9}", national)
    if not indian_mobile and not phonenumbers.is_valid_number(number):
        raise ValueError(
            _("%(typed)s isn't a phone number: an Indian mobile has ten digits.") % {"typed": typed}
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(number: str) -> str:
    """`+919876543210` as `+91 98765 43210`; other countries in their international form."""
    if re.fullmatch(r"\+91\d{10}", number):
        return f"+91 {number[3:8]} {number[8:]}"
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
