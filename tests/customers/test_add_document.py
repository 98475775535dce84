"""Adding files: what they are decides their content, where and when a picture was taken goes, and nobody else sees them."""

import io
import struct
import zlib

import pytest
from django.urls import reverse
from PIL import Image, ImageFile
from pillow_heif import from_pillow
from uuid_utils import compat

from clinic import events, images
from clinic.models import Event
from clinic.refusals import Refusal
from customers import domain
from customers.models import Customer, Document
from tests import factories
from tests.factories import pictures

pytestmark = pytest.mark.django_db

MB = images.MEGABYTE


@pytest.fixture
def priya(world):
    return factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")


def send(client, customer, *uploads, **changes):
    body = {
        "kind": "before",
        "taken_on": "2026-01-05",
        "body_area": "Chin",
        "title": "",
        "session": "",
        "appointment": "",
    }
    key = {"idempotency_key": str(compat.uuid7())}
    return client.post(reverse("document-add", args=[customer.pk]), body | key | {"files": uploads} | changes)


def kept(document: Document) -> bytes:
    document.refresh_from_db()
    with document.file.open("rb") as file:
        return file.read()


def test_a_photograph_is_kept_and_prepared_by_the_worker(
    desk, world, priya, django_capture_on_commit_callbacks
):
    response = send(desk, priya, pictures.upload())
    assert (response.status_code, response["Location"]) == (302, reverse("photo-list", args=[priya.pk]))
    document = Document.objects.get()
    assert (document.state, document.content_type, document.added_by) == (
        "waiting",
        "image/jpeg",
        world.receptionist,
    )
    assert (
        desk.get(reverse("document-file", args=[document.pk])).status_code == 404
    )  # its notes are still in it
    raw = document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        events.deliver(Event.objects.get(verb="document.added").pk)
    document.refresh_from_db()
    assert document.state == "ready"
    assert document.file.name != raw and not document.file.storage.exists(raw)
    with Image.open(io.BytesIO(kept(document))) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (640, 480), {})
    with document.thumbnail.open("rb") as file, Image.open(file) as small:
        assert (small.format, max(small.size)) == ("WEBP", images.THUMBNAIL)


def test_where_and_when_it_was_taken_is_in_what_came_and_not_in_what_is_kept(priya, world):
    content = pictures.picture(comment=b"At home")
    assert pictures.MAKE.encode() in content and b"At home" in content
    after = kept(pictures.document(priya, world.receptionist, content=content))
    assert pictures.MAKE.encode() not in after and b"At home" not in after and b"Exif" not in after


def test_it_is_turned_upright(priya, world):
    lying = pictures.picture(
        orientation=6
    )  # to be turned clockwise: the white corner comes to the upper right
    with Image.open(io.BytesIO(kept(pictures.document(priya, world.receptionist, content=lying)))) as picture:
        assert picture.size == (480, 640)
        assert picture.getpixel((470, 10)) > (240, 240, 240)
        assert picture.getpixel((10, 10)) < (240, 240, 240)


def test_heic_becomes_webp(priya, world):
    out = io.BytesIO()
    from_pillow(Image.new("RGB", (320, 200), "teal")).save(out)
    document = pictures.document(priya, world.receptionist, content=out.getvalue())
    assert (document.state, document.content_type, document.ending) == ("ready", "image/webp", ".webp")
    with Image.open(io.BytesIO(kept(document))) as picture:
        assert (picture.format, picture.size) == ("WEBP", (320, 200))


def test_a_pdf_is_ready_at_once_and_is_no_photograph(desk, priya):
    pdf = pictures.upload("report.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    assert send(desk, priya, pdf, kind="lab_report").status_code == 302
    assert Document.objects.get().state == "ready"
    refused = send(desk, priya, pictures.upload("b.pdf", b"%PDF-1.4\n%%EOF\n"), kind="after")
    assert refused.status_code == 422
    assert "“b.pdf” is a PDF, not a photograph." in refused.content.decode()


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that claims 3,600 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(10_000)))
        + chunk(b"IEND", b"")
    )


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BAD = {
    "20 MB": ("IMG.jpg", b"\xff\xd8\xff" + bytes(20 * MB), "“IMG.jpg” has 20 MB. A file may have 10 MB at most."),
    "exe called jpg": ("holiday.jpg", b"MZ\x90\x00" + bytes(300), "“holiday.jpg” is a Windows program."),
    "bomb": ("big.png", bomb(), "“big.png” claims to be larger than any camera takes"),
    "smaller bomb": ("big.png", bomb(9_000), "“big.png” claims to be larger than any camera takes"),
    "truncated": ("IMG.jpg", pictures.picture()[:-2000], "“IMG.jpg” is cut short"),
    "truncated to its head": ("IMG.jpg", pictures.picture()[:300], "“IMG.jpg” is cut short"),
    "truncated png": ("IMG.png", pictures.picture("PNG")[:-20], "“IMG.png” is cut short"),
    "truncated webp": ("IMG.webp", pictures.picture("WEBP")[:-20], "“IMG.webp” is cut short"),
    "svg": ("logo.jpg", SVG, "“logo.jpg” is an SVG drawing, which can carry a program"),
    "page": ("x.pdf", b"<!DOCTYPE html><script>1</script>", "“x.pdf” is a web page"),
    "zip": ("x.jpg", b"PK\x03\x04" + bytes(60), "“x.jpg” is a ZIP archive or an Office document"),
    "text": ("x.jpg", b"hello", "“x.jpg” is a text"),
    "film": ("x.jpg", b"\0\0\0\x18ftypmp42" + bytes(60), "“x.jpg” is a video"),
    "empty": ("x.jpg", b"", "empty"),
    "nothing of a picture": ("x.jpg", b"\xff\xd8\xff\xd9", "“x.jpg” is cut short"),
    "only a head": ("x.webp", b"RIFF\x04\0\0\0WEBP", "“x.webp” can’t be read as a picture."),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_good_file_is_refused_by_what_it_is(desk, priya, bad):
    name, content, sentence = BAD[bad]
    response = send(desk, priya, pictures.upload(name, content))
    assert response.status_code == 422
    assert sentence.replace("’", "&#x27;") in response.content.decode()
    assert 'value="Chin"' in response.content.decode()  # what was typed is kept
    assert not Document.objects.exists()


def test_one_bad_file_among_several_holds_all_back_and_each_is_named(desk, priya):
    good = pictures.upload("good.jpg")
    response = send(desk, priya, good, pictures.upload("a.jpg", b"MZ"), pictures.upload("b.jpg", SVG))
    text = response.content.decode()
    assert response.status_code == 422
    assert "“a.jpg” is a Windows program" in text and "“b.jpg” is an SVG" in text and "good.jpg" not in text
    assert not Document.objects.exists()


def test_several_are_added_together_and_twenty_are_enough(desk, priya):
    colours = ("red", "green", "blue")
    assert (
        send(
            desk, priya, *(pictures.upload(f"{c}.jpg", pictures.picture(colour=c)) for c in colours)
        ).status_code
        == 302
    )
    assert Document.objects.count() == 3
    many = [pictures.upload(f"{n}.jpg") for n in range(21)]
    assert "At most 20 files at once." in send(desk, priya, *many).content.decode()


@pytest.mark.parametrize("lenient", [False, True])
def test_what_breaks_only_when_decoded_is_marked_and_forgotten(
    desk, world, priya, django_capture_on_commit_callbacks, monkeypatch, lenient
):
    """Also in a process whose paper press has told the library to put up with broken pictures."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    whole = pictures.picture("PNG", (900, 700))
    body = whole.index(b"IDAT") + 12
    broken = whole[:body] + bytes(40) + whole[body + 40 :]
    with django_capture_on_commit_callbacks(execute=True):
        document = pictures.document(priya, world.receptionist, content=broken)
    assert document.state == "failed"
    assert not document.file.storage.exists(document.file.name)
    assert "Can&#x27;t be read" in desk.get(reverse("document-list", args=[priya.pk])).content.decode()
    assert desk.get(reverse("document-file", args=[document.pk])).status_code == 404


def test_the_same_file_is_not_added_twice(desk, world, priya):
    pictures.document(priya, world.receptionist)
    assert "is among the files already" in send(desk, priya, pictures.upload()).content.decode()
    assert Document.objects.count() == 1


def test_a_day_to_come_is_refused(desk, priya):
    response = send(desk, priya, pictures.upload(), taken_on="2999-01-01")
    assert (response.status_code, "still to come" in response.content.decode()) == (422, True)


def test_an_erased_record_takes_no_file(world, priya):
    from django.utils import timezone

    Customer.objects.filter(pk=priya.pk).update(erased_at=timezone.now())
    with pytest.raises(Refusal, match="merged or erased"):
        pictures.document(priya, world.receptionist)


def test_the_first_portrait_stands_beside_the_name_and_the_next_waits_to_be_chosen(desk, world, priya):
    first = pictures.document(priya, world.receptionist, kind="portrait")
    second = pictures.document(
        priya, world.receptionist, kind="portrait", content=pictures.picture(colour="tan")
    )
    priya.refresh_from_db()
    assert priya.photo == first
    with first.thumbnail.open("rb") as file, Image.open(file) as small:
        assert max(small.size) == images.FACE
    desk.post(reverse("document-choose-portrait", args=[second.pk]))
    priya.refresh_from_db()
    assert priya.photo == second
    domain.remove_document(by=world.receptionist, document=second)
    priya.refresh_from_db()
    assert priya.photo is None


def test_only_a_portrait_is_shown_beside_the_name(world, priya):
    arm = pictures.document(priya, world.receptionist, kind="after")
    with pytest.raises(Refusal, match="Only a portrait"):
        domain.choose_portrait(by=world.receptionist, document=arm)


def test_a_picture_that_waits_while_the_person_is_erased_is_never_kept(
    world, priya, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        waiting = pictures.document(priya, world.receptionist, ready=False)
        raw = waiting.file.name
        domain.erase(by=world.owner, customer=priya)
        assert domain.prepare_document(by=None, document_id=waiting.pk).state == "failed"
    waiting.refresh_from_db()
    assert (bool(waiting.file), waiting.file.storage.exists(raw)) == (False, False)
