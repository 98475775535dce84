"""What an uploaded file is by its content, and pictures made fit to be kept: upright, without where and when they were taken.

`recognise` is cheap and runs in the request; it opens no picture further than its head. `prepare` decodes and belongs
into the worker. A refused file is a ValueError with a sentence for a human.
"""

import io
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps
from pillow_heif import register_heif_opener

register_heif_opener(thumbnails=False)

MEGABYTE = 1024 * 1024
MOST_PIXELS = 50_000_000  # what the largest telephone cameras take; a bomb claims more
LONGEST_SIDE = 4096  # pixels kept of a picture
THUMBNAIL, FACE = 480, 200  # pixels of the longer side
HEAD = 1024
FORMATS = ["JPEG", "PNG", "WEBP", "HEIF"]
BROKEN = (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What a file was recognised as: its type for browsers, its ending, and whether it is a picture."""

    content_type: str
    ending: str
    is_picture: bool = True


JPEG = Kind("image/jpeg", ".jpg")
PNG = Kind("image/png", ".png")
WEBP = Kind("image/webp", ".webp")
HEIC = Kind("image/heic", ".heic")
PDF = Kind("application/pdf", ".pdf", is_picture=False)
KINDS = {kind.content_type: kind for kind in (JPEG, PNG, WEBP, HEIC, PDF)}
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


@dataclass(frozen=True)
class Prepared:
    """A picture as it is kept, and a small one for lists."""

    content: bytes
    kind: Kind
    thumbnail: bytes


def recognise(content: bytes, name: str) -> Kind:
    """The kind of a whole file by its content. `name` is only for the sentence of a refusal."""
    check_size(len(content), name)
    kind = _kind(content[:HEAD])
    if kind is None:
        what = _named(content[:HEAD])
        raise ValueError(_("“%(name)s” is %(what)s. Only pictures (JPG, PNG, WebP, HEIC) and PDF files can be added.") % {"name": name, "what": what})  # fmt: skip
    if _is_cut_short(content, kind):
        raise ValueError(_("“%(name)s” is cut short: its end is missing. Send it again.") % {"name": name})
    if kind.is_picture:
        _measure(content, name)
    return kind


def check_size(size: int, name: str) -> None:
    """In bytes, before anything is read of it."""
    limit = settings.UPLOAD_MEGABYTES
    if size > limit * MEGABYTE:
        words = {"name": name, "size": f"{size / MEGABYTE:.0f}", "limit": limit}
        raise ValueError(_("“%(name)s” has %(size)s MB. A file may have %(limit)s MB at most.") % words)


def _kind(head: bytes) -> Kind | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return HEIC
    return PDF if head.startswith(b"%PDF-") else None


def _named(head: bytes) -> str:
    """What a file is that can't be kept, in words: whoever sent it shall see what came."""
    for start, what in (
        (b"MZ", _("a Windows program")),
        (b"\x7fELF", _("a program")),
        (b"\xcf\xfa\xed\xfe", _("a program")),
        (b"\xca\xfe\xba\xbe", _("a program")),
        (b"#!", _("a script")),
        (b"PK", _("a ZIP archive or an Office document")),
        (b"\xd0\xcf\x11\xe0", _("an Office document")),
        (b"Rar!", _("an archive")),
        (b"7z\xbc\xaf", _("an archive")),
        (b"\x1f\x8b", _("an archive")),
        (b"GIF8", _("a GIF animation")),
        (b"BM", _("a bitmap")),
        (b"II*\0", _("a TIFF picture")),
        (b"MM\0*", _("a TIFF picture")),
        (b"RIFF", _("a video or a sound")),
        (b"ID3", _("a sound")),
    ):
        if head.startswith(start):
            return what
    return _("a video or a picture of an unknown kind") if head[4:8] == b"ftyp" else _named_text(head)


def _named_text(head: bytes) -> str:
    if not head.strip():
        return _("empty")
    text = head.lower()
    if b"<svg" in text:
        return _("an SVG drawing, which can carry a program")
    if any(tag in text for tag in (b"<html", b"<!doctype", b"<script")):
        return _("a web page")
    return _("of a kind we don't know") if b"\0" in head else _("a text")


def _is_cut_short(content: bytes, kind: Kind) -> bool:
    if kind is JPEG:
        return b"\xff\xd9" not in content[_scan(content) :]
    if kind is WEBP:
        return len(content) < int.from_bytes(content[4:8], "little") + 8
    ends = {PNG: b"IEND", PDF: b"%%EOF"}
    return kind in ends and ends[kind] not in content


def _scan(content: bytes) -> int:
    """Where a JPEG's picture begins: before that a small copy with an end of its own may stand."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        if content[place + 1] == 0xDA:
            return place
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return len(content)


def _measure(content: bytes, name: str) -> None:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        width, height = MOST_PIXELS, 2
    except BROKEN:
        raise ValueError(_("“%(name)s” can't be read as a picture.") % {"name": name}) from None
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise ValueError(_("“%(name)s” claims to be larger than any camera takes: at most %(most)s million pixels can be added.") % {"name": name, "most": most})  # fmt: skip


def prepare(source: IO[bytes], *, thumbnail: int = THUMBNAIL) -> Prepared:
    """Decode a picture, turn it upright, take out everything but its colours, and draw the small one.

    JPEG and PNG stay what they are, all others become WebP. ValueError where it can't be read.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = (
        False  # WeasyPrint turns it on for the whole process when it is imported
    )
    try:
        with Image.open(source, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            known = opened.format
            picture: Any = ImageOps.exif_transpose(opened)
        profile = picture.info.get("icc_profile")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        kept, kind = _kept(picture, known, profile)
        small = _flat(picture)
        small.thumbnail((thumbnail, thumbnail), Image.Resampling.LANCZOS)
        return Prepared(kept, kind, _written(small, "WEBP", profile, quality=80))
    except BROKEN as problem:
        raise ValueError(str(problem)) from None


def _kept(picture: Any, known: str | None, profile: bytes | None) -> tuple[bytes, Kind]:
    if known == "JPEG":
        return _written(_flat(picture), "JPEG", profile, quality=92, optimize=True), JPEG
    if known == "PNG":
        return _written(picture, "PNG", profile), PNG
    opaque = picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGBA")
    return _written(opaque, "WEBP", profile, quality=90), WEBP


def _flat(picture: Any) -> Any:
    """In three colours, on white where it is transparent."""
    if picture.mode in ("RGB", "L"):
        return picture.copy()
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    see_through = picture.convert("RGBA")
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(see_through, mask=see_through.getchannel("A"))
    return flat


def _written(picture: Any, form: str, profile: bytes | None, **options: Any) -> bytes:
    """Its own notes (place, time, camera, comments) stay behind: only what is passed here is written."""
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, form, icc_profile=profile, **options)
    return out.getvalue()
