"""What templates need everywhere: money as India writes it, people as a coloured circle, icons."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from zlib import crc32

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide
from uuid_utils import compat

from clinic import money, phones, static_files

register = template.Library()

HUES = 12
_TITLE = re.compile(r"^(dr|mr|mrs|ms|miss|prof|shri|smt|kum)\.?$", re.IGNORECASE)


@register.filter
def rupees(amount: Decimal | None) -> str:
    """₹1,23,456.00; nothing for None."""
    return "" if amount is None else money.rupees(amount)


@register.filter
def grouped(amount: Decimal | None) -> str:
    """1,23,456.00 without the sign, for columns of figures; nothing for None."""
    return "" if amount is None else money.grouped(amount)


@register.filter
def one_or_more(amount: Decimal) -> int:
    """1 for one, 2 for half a day or several: the plural rules of a language take whole numbers."""
    return 1 if amount == 1 else 2


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


@register.simple_tag
def avatar(name: object, *, photo: object = None, size: str = "") -> SafeString:
    """A person's initials on their own colour, or their portrait; the name stands beside it.

    `photo` is the id of the portrait, given only where who looks may see files; size is "l", "s" or usual. A tag, since
    lists draw fifty and an included template takes five times as long.
    """
    inside = (
        format_html('<img src="{}" alt="" loading="lazy">', reverse("document-thumbnail", args=[photo]))
        if photo
        else initials(name)
    )
    classes = f"avatar hue-{hue(name)} {size}".rstrip()
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, inside)


@register.simple_tag
def badge(text: object, tone: str = "") -> SafeString:
    """A state in one word; the tone is good, warn, bad, info, brand or nothing."""
    return format_html('<span class="{}">{}</span>', f"badge {tone}".rstrip(), text)


@register.simple_tag
def dots(steps: Iterable[str], label: object) -> SafeString:
    """Sessions of a package, each "done", "next", "booked", "lost" or ""; a label such as "5 of 8 sessions done"."""
    each = format_html_join(
        "", "<li{}></li>", ((format_html(' class="{}"', step) if step else "",) for step in steps)
    )
    return format_html('<ol class="dots" role="list" aria-label="{}">{}</ol>', label, each)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: int = 17) -> SafeString:
    """A decorative icon. Kept after the first use: drawing one costs as much as a table row."""
    svg = lucide(str(name), size=size, aria_hidden="true", stroke_width="1.75", focusable="false")
    return mark_safe(" ".join(svg.split()))  # noqa: S308 - the icon set's own drawing


@register.simple_tag
def style_sheets() -> SafeString:
    return static_files.links()


@register.simple_tag
def idempotency_key() -> SafeString:
    """The hidden field that makes a form work once, however often it is sent."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', compat.uuid7())


@register.filter
def phone(number: str) -> str:
    """+91 98765 43210."""
    return phones.shown(number)


@register.filter
def quantity(amount: Decimal | None) -> str:
    """A count without needless decimals: 9, 2.5."""
    return "" if amount is None else f"{amount.normalize():f}"


@register.filter
def may(user: object, permission: str) -> bool:
    """Whether the person holds a permission: `{% if request.user|may:"billing.create" %}`."""
    return bool(user.is_authenticated and user.may(permission))


@register.filter
def can(thing: object, verb: str) -> bool:
    """Whether the state of a thing allows a verb: the button asks what the handler asks."""
    return thing.can(verb)
