"""ID cards: what is printed, in which size, that one alone is good, and that it stays as it was printed."""

import io
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader
from uuid_utils import compat

from clinic.refusals import Refusal
from customers import domain
from customers.domain import cards
from customers.models import Customer, IdCard
from tests import factories
from tests.factories import pictures
from tests.race import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya(world):
    return factories.customer(
        world.branch, world.receptionist, full_name="Priya Mehta", blood_group="O+", allergies="Lidocaine",
        emergency_name="Asha Mehta", emergency_phone="+919845012345", emergency_relation="Mother",
    )  # fmt: skip


def issue(client, customer):
    return client.post(reverse("card-issue", args=[customer.pk]), {"idempotency_key": str(compat.uuid7())})


def printed(client, card) -> PdfReader:
    return PdfReader(io.BytesIO(client.get(reverse("card-paper", args=[card.pk])).content))


def test_front_and_back_in_the_size_of_a_bank_card(desk, world, priya):
    pictures.document(priya, world.receptionist, kind="portrait")
    assert issue(desk, priya).status_code == 302
    pdf = printed(desk, IdCard.objects.get())
    millimetres = [round(float(side) / 72 * 25.4, 1) for side in pdf.pages[0].mediabox[2:]]
    assert (len(pdf.pages), millimetres) == (2, [85.6, 54.0])
    front, back = (" ".join(page.extract_text().split()) for page in pdf.pages)
    for each in ("Priya Mehta", priya.reference, "O+", "15 Apr 1997", "Linqs"):
        assert each in front
    for each in ("Lidocaine", "Asha Mehta", "+91 98450 12345", "MG Road", "return it to the address"):
        assert each in back
    assert len(pdf.pages[0].images) == 1  # the face; the code is drawn in lines


def test_a_card_stays_as_it_was_printed(desk, world, priya):
    card = pictures.card(priya, world.receptionist)
    Customer.objects.filter(pk=priya.pk).update(full_name="Priya Rao")
    assert "Priya Mehta" in printed(desk, card).pages[0].extract_text()


def test_a_new_one_ends_the_one_before(desk, world, priya):
    first = pictures.card(priya, world.receptionist)
    issue(desk, priya)
    first.refresh_from_db()
    second = IdCard.objects.live().get()
    assert (first.revoked_by, first.revoked_because) == (world.receptionist, "Replaced by a new card")
    assert (first.edition, second.edition) == (1, 2)
    assert desk.get(reverse("card-paper", args=[first.pk])).status_code == 409
    assert desk.get(reverse("card-paper", args=[second.pk])).status_code == 200


def test_a_lost_one_is_made_void_with_a_reason(desk, world, priya):
    card = pictures.card(priya, world.receptionist)
    url = reverse("card-revoke", args=[card.pk])
    assert desk.post(url, {"reason": " "}).status_code == 422
    assert desk.post(url, {"reason": "Lost in the bus"}).status_code == 302
    page = desk.get(reverse("card-list", args=[priya.pk])).content.decode()
    assert "Lost in the bus" in page and "Good" not in page
    with pytest.raises(Refusal, match="void already"):
        domain.revoke_card(by=world.receptionist, card=card, reason="Again")


def test_nobody_inactive_gets_a_card(desk, world, priya):
    domain_customer = domain.deactivate(by=world.receptionist, customer=priya)
    assert issue(desk, domain_customer).status_code == 409
    assert not IdCard.objects.exists()


def test_the_database_holds_one_good_card(world, priya):
    card = pictures.card(priya, world.receptionist)
    card.pk, card._state.adding = compat.uuid7(), True
    with pytest.raises(IntegrityError), transaction.atomic():
        card.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_desks_at_once_leave_one_good_card(world, priya):
    found = race(*[lambda: domain.issue_card(by=world.receptionist, customer=priya, branch=world.branch)] * 4)
    assert all(isinstance(each, IdCard) for each in found)
    assert sorted(IdCard.objects.values_list("edition", flat=True)) == [1, 2, 3, 4]
    assert IdCard.objects.live().count() == 1


def test_after_erasure_nothing_of_cards_and_consents_can_be_seen(sign_in, world, priya):
    pictures.document(priya, world.receptionist, kind="portrait")
    card = pictures.card(priya, world.receptionist)
    given = pictures.consent(
        priya, world.receptionist, pictures.consent_text(world.branch), signature=pictures.signature()
    )
    domain.erase(by=world.owner, customer=priya)
    card.refresh_from_db()
    given.refresh_from_db()
    assert (card.snapshot, card.portrait, given.signer, given.signature) == ({}, None, "", None)
    owner = sign_in(world.owner)
    for name, row in (("card-paper", card), ("consent-signature", given)):
        assert owner.get(reverse(name, args=[row.pk])).status_code == 404
    assert owner.get(reverse("consent-show", args=[given.pk])).status_code == 200
    assert owner.get(reverse("document-list", args=[priya.pk])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_line_collides(world, priya, monkeypatch):
    """That the race above would show it: nobody waits, and all but one run into the constraint."""
    together, snapshot = Barrier(4), cards._snapshot
    monkeypatch.setattr(cards, "_held", lambda pk: Customer.objects.get(pk=pk))
    monkeypatch.setattr(cards, "_snapshot", lambda *of: together.wait(20) is None or snapshot(*of))
    found = race(*[lambda: domain.issue_card(by=world.receptionist, customer=priya, branch=world.branch)] * 4)
    assert [type(each) for each in found if not isinstance(each, IdCard)] == [IntegrityError] * 3
    assert IdCard.objects.count() == 1
