"""Pictures as telephones take them, and what is kept of a customer: files, consents, a card."""

import io
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from clinic.models import Branch
from customers import domain
from customers.models import Consent, ConsentText, Customer, Document, IdCard
from staff.models import User
from tests.factories.files import Upload

MAKE, GPS = "Telephone of the tests", {1: "N", 2: (12.0, 58.0, 17.0), 3: "E", 4: (77.0, 35.0, 40.0)}


def picture(
    form: str = "JPEG",
    size: tuple[int, int] = (640, 480),
    *,
    colour: str = "peru",
    orientation: int = 1,
    **options: Any,
) -> bytes:
    """A picture with the place it was taken at. Its upper left corner is white."""
    drawn = Image.new("RGB", size, colour)
    ImageDraw.Draw(drawn).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="white")
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = MAKE, orientation
    exif.get_ifd(0x8825).update(GPS)
    out = io.BytesIO()
    drawn.save(out, form, exif=exif, **options)
    return out.getvalue()


def upload(name: str = "IMG_0001.jpg", content: bytes | None = None) -> Upload:
    return Upload(name, picture() if content is None else content, "application/octet-stream")


def document(
    of: Customer, by: User, *, content: bytes | None = None, ready: bool = True, **changes: Any
) -> Document:
    """A photograph taken today, prepared as the worker does it unless told otherwise."""
    values = {"kind": Document.Kind.BEFORE, "taken_on": timezone.localdate(), "body_area": "Left cheek"}
    made = domain.add_document(by=by, customer=of, upload=upload(content=content), **values | changes)
    if ready:
        domain.prepare_document(by=None, document_id=made.pk)
        made.refresh_from_db()
    return made


def consent_text(at: Branch, kind: str = "photo", **changes: Any) -> ConsentText:
    values = {"language": "en-in", "title": "Photographs", "text": "I agree that photographs are taken."}
    return domain.add_consent_text(by=None, organisation=at.organisation, kind=kind, **values | changes)


def consent(of: Customer, by: User, text: ConsentText, **changes: Any) -> Consent:
    values = {"is_accepted": True, "signer": of.full_name}
    return domain.record_consent(by=by, customer=of, text=text, **values | changes)


def card(of: Customer, by: User) -> IdCard:
    return domain.issue_card(by=by, customer=of, branch=of.home_branch)


def signature(*, drawn: bool = True, size: tuple[int, int] = (600, 200)) -> bytes:
    """What the box of the page sends: black strokes on nothing."""
    paper = Image.new("RGBA", size, (0, 0, 0, 0))
    if drawn:
        ImageDraw.Draw(paper).line((40, 150, 200, 40, 320, 160, 560, 60), fill=(17, 17, 17, 255), width=5)
    out = io.BytesIO()
    paper.save(out, "PNG")
    return out.getvalue()
