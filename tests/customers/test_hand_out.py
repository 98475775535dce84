"""Handing out all data of one person."""

import csv
import datetime
import io
import json
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from clinic.models import Event
from customers import domain
from customers.models import Customer, Document, HandOut
from tests import factories
from tests.factories import everything


@pytest.fixture
def priya(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    everything.issued_invoice(world.branch, by=world.receptionist, name="प्रिया Mehta")
    priya = Customer.objects.get(full_name="प्रिया Mehta")
    domain.change(by=world.owner, customer=priya, version=1, notes="=1+1", identity=("pan", "ABCPE1234F"))
    photo = Document(
        customer=priya, kind="before", content_type="image/webp", ending=".webp", size=3,
        taken_on=timezone.localdate(), added_by=world.receptionist,
    )  # fmt: skip
    photo.file.save("x.webp", ContentFile(b"abc"))
    return priya


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def hand_out(client, customer):
    return client.post(
        reverse("customer-hand-out", args=[customer.pk]), {"idempotency_key": str(compat.uuid7())}
    )


def archive_of(client, customer) -> ZipFile:
    response = client.get(hand_out(client, customer)["Location"])
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="{customer.reference}.zip"'
    return ZipFile(io.BytesIO(b"".join(response)))


def test_everything_is_in_the_file(owner, priya):
    archive = archive_of(owner, priya)
    data = json.loads(archive.read("data.json"))
    assert data["customers_customer"][0]["full_name"] == "प्रिया Mehta"
    assert data["billing_invoice"][0]["buyer"]["name"] == "प्रिया Mehta"
    assert data["customers_customer"][0]["home_branch_id"] == "Linqs Cosmetology Clinic", (
        "names instead of keys"
    )
    files = [name for name in archive.namelist() if name.startswith("files/")]
    assert [archive.read(name) for name in files] == [b"abc"]


def test_what_is_sealed_stays_inside_and_formulas_sleep(owner, priya):
    archive = archive_of(owner, priya)
    sealed = Customer.objects.get(pk=priya.pk).identity_sealed
    assert sealed.encode() not in b"".join(archive.read(name) for name in archive.namelist())
    rows = list(
        csv.DictReader(io.StringIO(archive.read("tables/customers_customer.csv").decode("utf-8-sig")))
    )
    assert rows[0]["notes"] == "'=1+1"
    assert rows[0]["identity_number"] == "ABCPE1234F", "what is the person's own"


def test_nobody_else_is_in_the_file(owner, world, priya):
    factories.customer(world.branch, world.receptionist, full_name="Ravi Rao")
    archive = archive_of(owner, priya)
    assert b"Ravi Rao" not in b"".join(archive.read(name) for name in archive.namelist())


def test_a_merged_record_comes_along(owner, world, priya):
    twin = factories.customer(world.branch, world.receptionist, full_name="Priya again")
    domain.merge(by=world.owner, kept=priya, merged=twin)
    assert b"Priya again" in archive_of(owner, priya).read("data.json")


def test_a_hand_out_leaves_its_trace(owner, world, priya):
    hand_out(owner, priya)
    made = HandOut.objects.get()
    assert (made.by, made.file_count) == (world.owner, 1)
    assert made.row_count >= 4
    assert Event.objects.filter(verb="customer.handed_out", by_id=world.owner.pk).exists()
    assert "Handed out" in owner.get(reverse("customer-data", args=[priya.pk])).content.decode()


def test_the_file_is_for_who_asked_and_not_for_long(owner, world, sign_in, priya):
    address = reverse("customer-archive", args=[priya.pk])
    assert owner.get(address).status_code == 404, "nothing was noted yet"
    hand_out(owner, priya)
    response = owner.get(address)
    assert response.status_code == 200
    assert b"".join(response), "read to its end, so that it is closed"
    other = sign_in(factories.person(world.branch, "administrator"))
    assert other.get(address).status_code == 404
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=16)):
        assert sign_in(world.owner).get(address).status_code == 404
