"""Looking at files: who may, how they are sent, taking away and back, comparing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers import domain, file_proofs
from customers.models import Document
from staff.models import Grant, Role
from tests import factories
from tests.factories import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya(world):
    return factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")


@pytest.fixture
def photo(world, priya):
    return pictures.document(priya, world.receptionist, title="Left cheek")


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_file_is_sent_as_what_it_is_and_stays_in_no_browser(desk, photo):
    response = desk.get(reverse("document-file", args=[photo.pk]))
    assert content(response).startswith(b"\xff\xd8")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"].startswith("inline")
    saved = desk.get(reverse("document-file", args=[photo.pk]), {"save": ""})
    content(saved)
    assert saved["Content-Disposition"].startswith('attachment; filename="photograph-before-left-cheek')


def test_a_file_has_no_address_of_its_own(client, photo):
    for path in (f"/media/{photo.file.name}", f"/{photo.file.name}", f"/static/{photo.file.name}"):
        assert client.get(path).status_code == 404


def test_who_may_not_see_files_sees_the_face_alone(sign_in, world, priya, photo):
    face = pictures.document(
        priya, world.receptionist, kind="portrait", content=pictures.picture(colour="tan")
    )
    role = Role.objects.create(code="greeter", name="Greeter")
    Grant.objects.create(role=role, permission="customers.view")
    greeter = sign_in(factories.person(world.branch, "greeter"))
    assert greeter.get(reverse("document-thumbnail", args=[photo.pk])).status_code == 404
    shown = greeter.get(reverse("document-thumbnail", args=[face.pk]))
    assert (shown.status_code, content(shown)[:4]) == (200, b"RIFF")
    assert greeter.get(reverse("document-file", args=[face.pk])).status_code == 403


def test_a_colleague_elsewhere_finds_no_file(sign_in, world, photo):
    elsewhere = sign_in(world.colleague)
    for name in ("document-file", "document-thumbnail", "document-change"):
        assert elsewhere.get(reverse(name, args=[photo.pk])).status_code == 404
    for name in ("document-remove", "document-restore", "document-choose-portrait"):
        assert elsewhere.post(reverse(name, args=[photo.pk])).status_code == 404


def test_what_is_removed_is_gone_and_comes_back(desk, priya, photo):
    response = desk.post(reverse("document-remove", args=[photo.pk]), follow=True)
    assert "“Left cheek” is removed." in response.content.decode()
    for name in ("document-file", "document-thumbnail"):
        assert desk.get(reverse(name, args=[photo.pk])).status_code == 404
    removed = desk.get(reverse("document-list", args=[priya.pk]), {"kind": "removed"})
    assert "Bring back" in removed.content.decode()
    desk.post(reverse("document-restore", args=[photo.pk]))
    assert content(desk.get(reverse("document-file", args=[photo.pk])))
    assert Document.objects.there().count() == 1


def test_taking_away_in_place_answers_the_list(desk, photo):
    headers = {"HX-Request": "true"}
    response = desk.post(reverse("document-remove", args=[photo.pk]), headers=headers, follow=True)
    page = response.content.decode()
    assert "Undo" in page and "<html" not in page


def test_a_page_that_shows_a_waiting_picture_asks_again(desk, world, priya):
    waiting = pictures.document(priya, world.receptionist, ready=False)
    url = reverse("photo-list", args=[priya.pk])
    assert 'hx-trigger="every 2s"' in desk.get(url).content.decode()
    domain.prepare_document(by=None, document_id=waiting.pk)
    assert 'hx-trigger="every 2s"' not in desk.get(url).content.decode()


def test_what_is_said_of_it_is_put_right_and_a_stale_page_told(desk, photo):
    url = reverse("document-change", args=[photo.pk])
    body = {
        "kind": "after",
        "taken_on": "2026-01-05",
        "body_area": "Chin",
        "title": "Second",
        "version": photo.version,
    }
    assert desk.post(url, body).status_code == 302
    photo.refresh_from_db()
    assert (photo.kind, photo.body_area, photo.title) == ("after", "Chin", "Second")
    stale = desk.post(url, body | {"title": "Third"})
    assert stale.status_code == 422
    assert "Somebody else changed" in stale.content.decode() and 'value="Third"' in stale.content.decode()


def test_those_of_a_session_or_visit_are_listed_alone(desk, world, priya, photo):
    session = "0199bbbb-0000-7000-8000-000000000002"
    pictures.document(
        priya,
        world.receptionist,
        title="Of the session",
        session_id=session,
        content=pictures.picture(colour="tan"),
    )
    page = desk.get(reverse("document-list", args=[priya.pk]), {"session": session}).content.decode()
    assert "Of the session" in page and f"Edit {photo}" not in page
    assert f"files/new/?session={session}" in page


def test_before_and_after_stand_beside_each_other(desk, world, priya, photo):
    page = desk.get(reverse("photo-compare", args=[priya.pk])).content.decode()
    assert "Two photographs are needed" in page
    later = pictures.document(priya, world.receptionist, kind="after", content=pictures.picture(colour="tan"))
    page = desk.get(reverse("photo-compare", args=[priya.pk])).content.decode()
    for each in (photo, later):
        assert reverse("document-file", args=[each.pk]) in page
    swapped = desk.get(
        reverse("photo-compare", args=[priya.pk]), {"before": later.pk, "after": photo.pk}
    ).content.decode()
    assert swapped.index(f'{later.pk}/"') < swapped.index(f'{photo.pk}/"')


def test_a_photograph_without_consent_is_pointed_out(desk, world, priya, photo):
    url = reverse("photo-list", args=[priya.pk])
    assert "No consent to photographs" in desk.get(url).content.decode()
    given = pictures.consent(priya, world.receptionist, pictures.consent_text(world.branch))
    assert "No consent to photographs" not in desk.get(url).content.decode()
    domain.withdraw_consent(by=world.receptionist, consent=given)
    assert "No consent to photographs" in desk.get(url).content.decode()


@pytest.mark.parametrize(
    ("name", "most"),
    [("document-list", 8), ("photo-list", 9)],  # photographs are chosen by area, too
)
def test_queries_stay_the_same_however_many_there_are(desk, world, priya, name, most):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert desk.get(reverse(name, args=[priya.pk]), headers={"HX-Request": "true"}).status_code == 200
        return len(captured)

    pictures.document(priya, world.receptionist)
    queries()
    one = queries()
    like = Document.objects.get()
    Document.objects.bulk_create(
        Document(
            customer=priya, kind="before", taken_on=timezone.localdate(), content_type="image/jpeg", ending=".jpg",
            size=1, state="ready", added_by=world.receptionist, file=like.file.name, thumbnail=like.thumbnail.name,
        )
        for _ in range(30)
    )  # fmt: skip
    assert queries() == one <= most


def test_the_proofs_find_a_lost_file_and_a_wrong_face(world, priya, photo):
    face = pictures.document(
        priya, world.receptionist, kind="portrait", content=pictures.picture(colour="tan")
    )
    assert [*file_proofs.stored(), *file_proofs.faces()] == []
    photo.file.storage.delete(photo.file.name)
    assert list(file_proofs.stored()) == [f"The file {photo.pk} of a customer is lost."]
    other = factories.customer(world.branch, world.receptionist)
    type(other).objects.filter(pk=other.pk).update(photo=face)
    type(priya).objects.filter(pk=priya.pk).update(photo=photo)
    assert len(list(file_proofs.faces())) == 2
