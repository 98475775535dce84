"""What templates need everywhere: money as India writes it, people as a coloured circle, icons."""

import re
from decimal import Decimal
from functools import lru_cache
from zlib import crc32

from django import template
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

register = template.Library()

HUES = 12
_TITLE = re.compile(r"^(dr|mr|mrs|ms|miss|prof|shri|smt|kum)\.?$", re.IGNORECASE)


@register.filter
def rupees(amount: Decimal | None) -> str:
    """₹1,23,456.00; nothing for None."""
    from clinic import money

    return "" if amount is None else money.rupees(amount)


@register.filter
def grouped(amount: Decimal | None) -> str:
    """1,23,456.00 without the sign, for columns of figures; nothing for None."""
    from clinic import money

    return "" if amount is None else money.grouped(amount)


@register.filter
def hue(text: object) -> int:
    """One of twelve angles from 0 to 330, always the same for the same text."""
    return crc32(str(text).strip().casefold().encode()) % HUES * (360 // HUES)


@register.filter
def initials(name: object) -> str:
    """First letters of the first and the last word, without a title: "Dr. Reena Sharma" gives "RS"."""
    words = [word for word in str(name).split() if not _TITLE.match(word)]
    ends = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0] for word in ends).upper()


@register.filter
def join_names(names: object) -> str:
    """A list with commas; a plain string as it is."""
    return names if isinstance(names, str) else ", ".join(str(name) for name in names or ())


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: int = 17) -> SafeString:
    """A decorative icon. Kept after the first use: drawing one costs as much as a table row."""
    svg = lucide(str(name), size=size, aria_hidden="true", stroke_width="1.75", focusable="false")
    return mark_safe(" ".join(svg.split()))  # noqa: S308 - the icon set's own drawing
