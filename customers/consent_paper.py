"""A consent on paper: the exact text, the answer, the signature and where it came from. Drawn by clinic/press.py."""

import base64
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from clinic import letterhead
from clinic.models import Branch
from customers.models import Consent

SHEET = Path(settings.BASE_DIR) / "templates" / "customers" / "paper" / "consent.css"


def draw(consent: Consent, branch: Branch) -> bytes:
    """A PDF on A4, in the clinic's language and `branch`'s time; the text in the language it was signed in."""
    drawn = base64.b64encode(bytes(consent.signature)).decode() if consent.signature else ""
    facts = letterhead.of(branch) | {
        "consent": consent,
        "customer": consent.customer,
        "signature": f"data:image/png;base64,{drawn}" if drawn else "",
    }
    with translation.override(settings.LANGUAGE_CODE), timezone.override(branch.zone):
        page = render_to_string("customers/paper/consent.html", facts)
    from clinic import press  # 25 MB and most of a second: only a process that draws carries it

    return press.draw(page, SHEET, colour=branch.brand_colour)
