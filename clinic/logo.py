"""A logo as it is kept: looked at by its content, drawn anew, so that nothing but a picture is left of it. Pure."""

import io
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

LARGEST = 2 * 1024 * 1024  # bytes
SIDE = 800  # pixels of the longer side as it is kept
MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP")


def redraw(file: Any) -> bytes:
    """A PNG of what was uploaded; ValueError with a sentence where it is no picture, or one too large."""
    if file.size > LARGEST:
        raise ValueError(_("The picture is larger than 2 MB."))
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError(_("The picture has too many pixels; 800 by 800 is enough."))
            picture.load()
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError(_("This is no picture in PNG, JPEG or WebP.")) from None
    drawn.thumbnail((SIDE, SIDE))
    kept = io.BytesIO()
    drawn.save(kept, "PNG", optimize=True)
    return kept.getvalue()
