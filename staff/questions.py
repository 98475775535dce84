"""What the first run asks about a clinic and its owner, and what counts as an answer. Pure.

A check takes what was typed and gives the clean value, or raises ValueError with a sentence.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from clinic import addresses, gst, phones, upi

Check = Callable[[str], str]


@dataclass(frozen=True)
class Question:
    """One answer wanted. `name` is the flag too; `default` None means that an answer is needed."""

    name: str
    prompt: str
    check: Check
    default: str | None = None
    secret: bool = False


def text(limit: int) -> Check:
    def check(typed: str) -> str:
        if len(typed) > limit:
            raise ValueError(_("At most %(limit)d characters, please.") % {"limit": limit})
        return typed

    return check


def gstin(typed: str) -> str:
    """The clinic's own GSTIN; empty for a clinic that isn't registered."""
    if not typed:
        return ""
    try:
        return gst.check_gstin(typed, kinds=[gst.GstinKind.REGULAR]).normalized
    except gst.Invalid as problem:
        raise ValueError(str(problem)) from None


def state(typed: str) -> str:
    """The two-digit code of a State given by code, by name, or as "29 Karnataka"."""
    wanted = typed.casefold()
    for code, label in gst.state_choices(registering=True):
        if wanted in (code, label.casefold(), gst.STATES[code].name.casefold()):
            return code
    raise ValueError(_("There is no State “%(typed)s”; type its name or its two digits.") % {"typed": typed})


def rate(typed: str) -> str:
    wanted = typed.strip("% ")
    if wanted not in ("5", "18"):
        raise ValueError(_("Type 5 or 18."))
    return wanted


def yes_or_no(typed: str) -> str:
    if typed.casefold() in ("y", "yes"):
        return "yes"
    if typed.casefold() in ("n", "no"):
        return ""
    raise ValueError(_("Type yes or no."))


def branch_code(typed: str) -> str:
    code = typed.upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,3}", code):
        raise ValueError(_("Two to four letters or digits, a letter first."))
    return code


def upi_id(typed: str) -> str:
    return upi.check_vpa(typed) if typed else ""


def email(typed: str) -> str:
    try:
        if typed:
            validate_email(typed)
    except ValidationError as problem:
        raise ValueError(problem.messages[0]) from None
    return typed


def username(typed: str) -> str:
    if not re.fullmatch(r"[\w.@+-]{2,60}", typed):
        raise ValueError(_("A user name has 2 to 60 letters, digits or . @ + - _, without spaces."))
    return typed.lower()


def questions() -> list[Question]:
    """In the order they are asked; built when asked, so that the words are in the person's language."""
    return [
        Question("name", _("Name of the clinic"), text(150)),
        Question("gstin", _("GSTIN (empty if the clinic isn't registered)"), gstin, ""),
        Question("composition", _("Under the composition scheme? yes/no"), yes_or_no, "no"),
        Question("state", _("State"), state),
        Question("address", _("Address: street and number"), text(250)),
        Question("city", _("City"), text(80)),
        Question("pin", _("PIN code"), addresses.pin_code),
        Question("phone", _("Phone of the clinic"), phones.parse),
        Question(
            "aesthetic_rate",
            _(
                "Tax on aesthetic procedures since 22 September 2025. The law can be read two ways: 5 % without input tax"
                " credit, or 18 % with it. Ask your accountant. 5 or 18"
            ),
            rate,
        ),
        Question("code", _("Code of the branch, begins its document numbers"), branch_code, "MAIN"),
        Question("upi", _("UPI id for the QR code on invoices (empty: none)"), upi_id, ""),
        Question("owner_name", _("Name of the owner"), text(150)),
        Question("username", _("User name of the owner"), username, "owner"),
        Question("email", _("E-mail of the owner (empty: none)"), email, ""),
        Question("password", _("Password of the owner"), text(200), secret=True),
    ]
