"""Texts to sign, consents, photographs and cards of the demo clinic. The pictures are drawn here: nobody's skin."""

import datetime
import io
from random import Random

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy
from PIL import Image, ImageDraw, ImageFilter

from clinic.demo import dice
from clinic.models import Branch
from clinic.registries import add_demo
from customers import domain
from customers.models import ConsentText, Customer, Document
from staff.demo import MAIN
from staff.models import User

SKIN, SPOT, LINEN = (217, 170, 140), (150, 96, 78), (232, 226, 214)
#: Who, of which area, and on which days before today: the first with all spots, the last with few.
COURSES = [
    ("Priya Mehta", "Left cheek", (120, 78, 36)),
    ("Anjali Singh", "Forehead", (90, 30)),
    ("Ritika Joshi", "Chin", (60, 20)),
]
FACES = ["Priya Mehta", "Anjali Singh", "Neha Patel"]
SIGNED = ["Priya Mehta", "Anjali Singh", "Ritika Joshi", "Kavya Nair"]


def load(today: datetime.date) -> None:
    branch = Branch.objects.get(code=MAIN)
    by = User.objects.get(username="receptionist")
    chance = dice("photographs")
    people = {person.full_name: person for person in Customer.objects.filter(home_branch=branch)}
    domain.add_standard_texts(by=None, organisation=branch.organisation)
    texts = ConsentText.objects.filter(organisation=branch.organisation, language="en-in").latest()
    for name in SIGNED:
        for text in texts.filter(kind__in=("registration", "photo")):
            domain.record_consent(
                by=by, customer=people[name], text=text, is_accepted=name != "Kavya Nair" or text.kind != "photo",
                signer=name, signature=_signature(chance),
            )  # fmt: skip
    for name in FACES:
        _add(by, people[name], "portrait", _face(chance), today - datetime.timedelta(days=120), "")
    for name, area, days in COURSES:
        for place, ago in enumerate(days):
            kind = "before" if place == 0 else "after"
            picture = _skin(Random(name), 26 - 10 * place)  # noqa: S311 - the same spots each time, fewer of them
            _add(by, people[name], kind, picture, today - datetime.timedelta(days=ago), area)
    domain.issue_card(by=by, customer=Customer.objects.get(full_name="Priya Mehta"), branch=branch)


def _add(by: User, person: Customer, kind: str, picture: Image.Image, day: datetime.date, area: str) -> None:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    document: Document = domain.add_document(
        by=by, customer=person, kind=kind, upload=ContentFile(out.getvalue(), "picture.jpg"), taken_on=day, body_area=area
    )  # fmt: skip
    domain.prepare_document(by=None, document_id=document.pk)


def _skin(chance: Random, spots: int) -> Image.Image:
    """A piece of skin with so many spots; those of a smaller number are among those of a larger one."""
    drawn = Image.new("RGB", (640, 800), SKIN)
    pen = ImageDraw.Draw(drawn)
    for _each in range(spots):
        x, y, size = chance.randint(80, 560), chance.randint(80, 720), chance.randint(8, 26)
        pen.ellipse((x - size, y - size, x + size, y + size * 3 // 4), fill=SPOT)
    return drawn.filter(ImageFilter.GaussianBlur(5))


def _face(chance: Random) -> Image.Image:
    """Head and shoulders, as on a sign."""
    drawn = Image.new("RGB", (480, 600), LINEN)
    pen = ImageDraw.Draw(drawn)
    hair, cloth = (
        chance.choice([(46, 32, 26), (30, 28, 34)]),
        chance.choice([(31, 107, 104), (126, 68, 92), (60, 84, 140)]),
    )
    pen.ellipse((110, 70, 370, 430), fill=hair)
    pen.rounded_rectangle((40, 430, 440, 700), 120, fill=cloth)
    pen.rectangle((205, 340, 275, 460), fill=SKIN)
    pen.ellipse((145, 110, 335, 390), fill=SKIN)
    for x in (200, 280):
        pen.ellipse((x - 10, 225, x + 10, 245), fill=hair)
    pen.arc((205, 270, 275, 330), 20, 160, fill=SPOT, width=6)
    return drawn.filter(ImageFilter.GaussianBlur(1.2))


def _signature(chance: Random) -> bytes:
    drawn = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    line = [(40 + 52 * step, chance.randint(40, 160)) for step in range(11)]
    ImageDraw.Draw(drawn).line(line, fill=(17, 17, 17, 255), width=5, joint="curve")
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def register() -> None:
    add_demo(34, gettext_lazy("Photographs, consents and cards"), load)
