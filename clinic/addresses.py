"""Indian postal addresses. Pure."""

import re

from django.utils.translation import gettext as _


def pin_code(typed: str) -> str:
    """Six digits, the first not 0, typed spaces dropped; empty stays empty. ValueError with a sentence otherwise."""
    pin = re.sub(r"\s", "", typed)
    if pin and not re.fullmatch(r"[1-9][0-9]{5}", pin, re.ASCII):
        raise ValueError(_("A PIN code has six digits and doesn't begin with 0, for example 560001."))
    return pin
