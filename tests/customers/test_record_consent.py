"""Consents: the exact text, the answer, the signature; renewed texts, guardians, taking back, and what they open."""

import base64
import datetime
import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader
from uuid_utils import compat

from clinic.models import AuditRow, Event
from clinic.refusals import Refusal
from customers import domain
from customers.models import Consent, ConsentText, ConsentWithdrawal
from packages import queries
from packages.models import Requirement
from tests import factories
from tests.factories import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya(world):
    return factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")


@pytest.fixture
def text(world):
    return pictures.consent_text(world.branch)


def drawn(**how) -> str:
    return f"data:image/png;base64,{base64.b64encode(pictures.signature(**how)).decode()}"


def sign(client, customer, text, kind="photo", **changes):
    body = {
        "text": text.pk, "answer": "accepted", "signer": "Priya Mehta", "relation": "", "typed": "",
        "signature": drawn(), "appointment": "", "idempotency_key": str(compat.uuid7()),
    }  # fmt: skip
    url = f"{reverse('consent-record', args=[customer.pk])}?kind={kind}"
    return client.post(url, body | changes, headers={"User-Agent": "Tablet of the desk"})


def test_the_exact_text_is_shown_and_kept_with_the_signature(desk, world, priya, text):
    page = desk.get(f"{reverse('consent-record', args=[priya.pk])}?kind=photo").content.decode()
    assert "I agree that photographs are taken." in page and "edition 1" in page
    assert sign(desk, priya, text).status_code == 302
    consent = Consent.objects.get()
    assert (consent.text, consent.is_accepted, consent.signer, consent.by) == (
        text,
        True,
        "Priya Mehta",
        world.receptionist,
    )
    assert (consent.ip, consent.user_agent) == ("127.0.0.1", "Tablet of the desk")
    with Image.open(io.BytesIO(bytes(consent.signature))) as picture:
        assert (picture.format, picture.mode, picture.getextrema()[0] < 60) == ("PNG", "L", True)
    shown = desk.get(reverse("consent-signature", args=[consent.pk]))
    assert (shown["Content-Type"], shown.content[:4]) == ("image/png", b"\x89PNG")
    assert (
        "I agree that photographs are taken."
        in desk.get(reverse("consent-show", args=[consent.pk])).content.decode()
    )


def test_a_signature_is_in_no_audit(desk, priya, text):
    sign(desk, priya, text)
    row = AuditRow.objects.get(table_name="customers_consent")
    assert row.changed["signature"] == ["secret", "secret"]
    assert row.changed["signer"][1].startswith("sha256:")


def test_declined_is_an_answer_too(desk, priya, text):
    sign(desk, priya, text, answer="declined")
    assert not Consent.objects.in_force().exists()
    assert "Declined" in desk.get(reverse("consent-list", args=[priya.pk])).content.decode()


def test_a_typed_name_counts_where_it_is_said(desk, priya, text):
    nothing = sign(desk, priya, text, signature="")
    assert (nothing.status_code, "let the typed name count" in nothing.content.decode()) == (422, True)
    assert sign(desk, priya, text, signature="", typed="on").status_code == 302
    assert Consent.objects.get().signature is None


@pytest.mark.parametrize(
    ("signature", "sentence"),
    [
        (drawn(drawn=False), "Nothing is drawn yet"),
        ("data:image/png;base64,!!!!", "be read"),
        ("data:image/svg+xml;base64,PHN2Zz4=", "be read"),
        (f"data:image/png;base64,{base64.b64encode(b'no picture').decode()}", "be read"),
        (f"data:image/png;base64,{base64.b64encode(pictures.picture()).decode()}", "be read"),
        (drawn(size=(4000, 100)), "be read"),
        ("data:image/png;base64," + "A" * 300_000, "at most 280000 characters"),
    ],
    ids=["empty", "no base64", "svg", "no picture", "jpeg", "huge", "long"],
)  # fmt: skip
def test_what_is_no_signature_is_refused(desk, priya, text, signature, sentence):
    response = sign(desk, priya, text, signature=signature)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert not Consent.objects.exists()


def test_a_text_renewed_meanwhile_is_read_anew(desk, world, priya, text):
    newer = pictures.consent_text(world.branch, text="I agree, but only to my left arm.")
    assert (text.edition, newer.edition) == (1, 2)
    response = sign(desk, priya, text)
    page = response.content.decode()
    assert response.status_code == 422
    assert "renewed meanwhile" in page and "only to my left arm" in page
    assert not Consent.objects.exists()
    with pytest.raises(Refusal, match="renewed"):
        pictures.consent(priya, world.receptionist, text)
    assert sign(desk, priya, newer).status_code == 302


def test_a_text_of_another_kind_or_organisation_is_not_signed_here(desk, world, priya, text):
    other = pictures.consent_text(world.branch, "data_sharing", text="To the insurer.")
    assert "isn&#x27;t to be signed here" in sign(desk, priya, other).content.decode()


def test_for_a_child_a_guardian_signs(desk, world, text):
    child = factories.customer(
        world.branch, world.receptionist, born_on=timezone.localdate() - datetime.timedelta(days=365 * 12)
    )
    alone = sign(desk, child, text)
    assert (alone.status_code, "a parent or guardian signs" in alone.content.decode()) == (422, True)
    assert sign(desk, child, text, signer="Asha Mehta", relation="Mother").status_code == 302


def test_the_persons_own_language_comes_first(desk, world, text):
    hindi = pictures.consent_text(world.branch, language="hi", title="तस्वीरें", text="मैं सहमत हूँ।")
    asha = factories.customer(world.branch, world.receptionist, language="hi")
    url = f"{reverse('consent-record', args=[asha.pk])}?kind=photo"
    assert "मैं सहमत हूँ।" in desk.get(url).content.decode()
    assert "I agree that photographs" in desk.get(f"{url}&language=en-in").content.decode()
    assert hindi.edition == 1


def test_what_is_taken_back_stays_on_record(desk, world, priya, text):
    consent = pictures.consent(priya, world.receptionist, text)
    url = reverse("consent-withdraw", args=[consent.pk])
    assert desk.post(url, {"reason": "Moved away", "idempotency_key": str(compat.uuid7())}).status_code == 302
    page = desk.get(reverse("consent-show", args=[consent.pk])).content.decode()
    assert "Taken back" in page and "Moved away" in page
    assert not Consent.objects.in_force().exists() and Consent.objects.count() == 1
    assert Event.objects.filter(verb="consent.withdrawn").count() == 1
    with pytest.raises(Refusal, match="taken back already"):
        domain.withdraw_consent(by=world.receptionist, consent=consent)


def test_neither_a_text_nor_an_answer_can_be_changed(world, priya, text):
    consent = pictures.consent(priya, world.receptionist, text)
    withdrawal = domain.withdraw_consent(by=world.receptionist, consent=consent)
    for row in (text, consent, withdrawal):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {row._meta.db_table} SET created_at = now() WHERE id = %s", [row.pk])
    assert ConsentWithdrawal.objects.count() == 1


def test_the_paper_holds_text_answer_and_edition(desk, world, priya, text):
    consent = pictures.consent(priya, world.receptionist, text, signature=pictures.signature())
    response = desk.get(reverse("consent-paper", args=[consent.pk]))
    words = PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    for each in (
        "I agree that photographs are taken.",
        "Accepted",
        "Priya Mehta",
        priya.reference,
        "edition 1",
    ):
        assert each in words
    assert len(PdfReader(io.BytesIO(response.content)).pages[0].images) == 1


def test_a_consent_to_a_treatment_opens_its_booking_and_taking_it_back_closes_it(desk, world, priya):
    laser = factories.treatment(world.branch, name="Laser Hair Removal")
    factories.requirement(laser, kind=Requirement.Kind.CONSENT, name="Laser consent")
    text = pictures.consent_text(world.branch, "treatment", title="Treatment", text="I agree to it.")
    now = timezone.localtime()

    def why():
        return [each.why for each in queries.unmet(priya.pk, laser, now + datetime.timedelta(hours=1))]

    assert why() == ["missing"]
    response = sign(desk, priya, text, "treatment")
    assert (response.status_code, why()) == (422, ["missing"])  # which treatment isn't said
    sign(desk, priya, text, "treatment", treatment=laser.pk)
    assert why() == []
    consent = Consent.objects.get()
    assert (consent.treatment_id, consent.about) == (laser.pk, "Laser Hair Removal")
    domain.withdraw_consent(by=world.receptionist, consent=consent)
    assert why() == ["failed"]
    sign(desk, priya, text, "treatment", treatment=laser.pk, answer="declined")
    assert why() == ["failed"]
    sign(desk, priya, text, "treatment", treatment=laser.pk)
    assert why() == []
    assert "Given" in desk.get(reverse("requirement-list", args=[priya.pk])).content.decode()


def test_texts_that_come_with_the_product_are_taken_over_once(sign_in, world):
    owner = sign_in(world.owner)
    for count in (6, 6):
        owner.post(reverse("consent-standard-texts"), {"idempotency_key": str(compat.uuid7())})
        assert ConsentText.objects.count() == count


def test_the_administrator_adds_an_edition_and_changes_none(sign_in, world, text):
    owner = sign_in(world.owner)
    add = reverse("admin:customers_consenttext_add")
    assert "I agree that photographs are taken." in owner.get(add, {"kind": "photo"}).content.decode()
    body = {"kind": "photo", "language": "en-in", "title": "Photographs", "text": "New words."}
    key = {"idempotency_key": str(compat.uuid7())}
    assert owner.post(add, body | key).status_code == 302
    assert list(ConsentText.objects.values_list("edition", "text")) == [(2, "New words."), (1, text.text)]
    change = reverse("admin:customers_consenttext_change", args=[text.pk])
    assert owner.post(change, body | key).status_code == 403
