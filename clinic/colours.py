"""Colours of the house: whether writing on them can be read. Pure.

Contrast and relative luminance as WCAG 2.2 defines them; 4.5 is its least for text (success criterion 1.4.3).
"""

import re

from django.utils.translation import gettext as _

WHITE = "#ffffff"
LEAST_CONTRAST = 4.5


def check(typed: str) -> str:
    """`#rrggbb` in small letters of what was typed; ValueError with a sentence for anything else, or a colour too pale."""
    colour = typed.strip().lower()
    if re.fullmatch(r"#?[0-9a-f]{3}", colour):
        colour = "".join(2 * digit for digit in colour.removeprefix("#"))
    colour = f"#{colour.removeprefix('#')}"
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise ValueError(_("Give the colour as # and six digits, such as #0f766e."))
    found = contrast(colour, WHITE)
    if found < LEAST_CONTRAST:
        raise ValueError(
            _(
                "White writing on this colour can't be read: contrast %(found).1f, at least 4.5. Choose a darker one."
            )
            % {"found": found}
        )
    return colour


def sheet(brand: str, accent: str) -> str:
    """Our tokens in these colours, each `#rrggbb` or empty. In the dark the same hue is lit up, so that it can be read."""
    rules = []
    if brand:
        rules += [
            f"--brand: light-dark({brand}, oklch(from {brand} .76 min(c, .1) h))",
            "--brand-ink: light-dark(#fff, oklch(20% .02 200))",
            f"--brand-soft: light-dark(oklch(from {brand} .95 .022 h), oklch(from {brand} .31 .04 h))",
        ]
    if accent:
        rules.append(f"--accent: light-dark({accent}, oklch(from {accent} .74 min(c, .12) h))")
    return f":root {{ {'; '.join(rules)} }}\n" if rules else ""


def contrast(one: str, other: str) -> float:
    """Between two colours given as `#rrggbb`: 1 for the same, 21 for black and white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
