"""UPI: the address somebody pays to, and the text inside a payment QR."""

import re
from decimal import Decimal
from urllib.parse import quote

from django.utils.translation import gettext as _

from clinic.money import round2

VPA = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,255}@[A-Za-z][A-Za-z0-9.-]{1,63}", re.ASCII)
NOTE_LENGTH = 50  # what payment apps show; longer notes are cut


def check_vpa(value: str) -> str:
    """The trimmed UPI address (`name@handle`), or ValueError with a sentence for a human."""
    vpa = value.strip()
    if not VPA.fullmatch(vpa):
        raise ValueError(_("“%(value)s” isn't a UPI address; it looks like name@bank.") % {"value": vpa})
    return vpa


def payload(*, vpa: str, payee: str, amount: Decimal, note: str = "", ref: str = "") -> str:
    """The `upi://pay` link for an amount in rupees; `ref` is our own unique reference.

    A scanned code is no payment: nothing comes back until somebody matches the money.
    Raises ValueError for an address that can't be right or an amount that isn't above zero.
    """
    due = round2(amount)
    if due <= 0:
        raise ValueError(_("A payment code needs an amount above zero."))
    fields = {
        "pa": check_vpa(vpa),
        "pn": payee.strip(),
        "am": f"{due:.2f}",
        "cu": "INR",
        "tn": note.strip()[:NOTE_LENGTH],
        "tr": ref.strip(),
    }
    return "upi://pay?" + "&".join(
        f"{key}={quote(value, safe='@')}" for key, value in fields.items() if value
    )
