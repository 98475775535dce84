"""Departments: opened, changed, told as stale; an inactive one is hidden in booking and takes its people along."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain as appointments
from clinic.refusals import Refusal
from staff import domain
from staff.models import Department, Practitioner
from tests import factories
from tests.staff.admin_forms import fill, save


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


@pytest.fixture
def skin(world):
    return domain.open_department(
        by=world.owner,
        branch=world.branch,
        name="Skin",
        code="SKIN",
        head=world.doctor,
        members=[world.doctor],
    )


@pytest.fixture
def booked(world):
    tomorrow = timezone.localdate(timezone=world.branch.zone) + datetime.timedelta(days=1)
    return appointments.book(
        by=world.receptionist, branch=world.branch, customer=factories.customer(world.branch, world.receptionist),
        practitioner=world.doctor, treatment=factories.treatment(world.branch),
        starts_at=datetime.datetime.combine(tomorrow, datetime.time(11), world.branch.zone),
    )  # fmt: skip


def body(department=None, **changes):
    given = {"name": "Hair", "code": "hair", "position": "2", "description": "Restoration", "head": ""}
    if department:
        given |= {"version": department.version, "is_active": "on"}
    else:
        given |= {"idempotency_key": str(compat.uuid7())}
    return given | changes


def test_one_is_opened_with_its_people(owner, world):
    response = owner.post(reverse("department-new"), body(members=world.doctor.pk, head=world.doctor.pk))
    assert response.status_code == 302
    hair = Department.objects.get()
    assert (hair.name, hair.code, hair.position, hair.head) == ("Hair", "HAIR", 2, world.doctor)
    assert list(hair.practitioners.all()) == [world.doctor]
    page = owner.get(reverse("department-list")).content.decode()
    assert "Hair" in page and "Restoration" in page and str(world.doctor) in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " skin "}, "There is a department of that name already."),
        ({"code": "Skin"}, "Another department has that code."),
        ({"code": "1 2"}, "Capital letters and digits"),
        ({"name": ""}, "This field is required"),
        ({"position": "-1"}, "greater than or equal to 0"),
        ({"position": "99999"}, "less than or equal to 32767"),
    ],
)
def test_what_makes_no_sense_is_said_and_stays(owner, world, skin, changes, said):
    response = owner.post(reverse("department-new"), body(**changes))
    page = response.content.decode()
    assert response.status_code == 422 and said in page and "Restoration" in page
    assert Department.objects.count() == 1


def test_of_another_branch_nobody_is_chosen_and_nothing_seen(owner, world, skin, sign_in):
    far = factories.practitioner(world.elsewhere, full_name="Far Away")
    for changes in ({"members": far.pk}, {"head": far.pk}):
        assert owner.post(reverse("department-new"), body(**changes)).status_code == 422
    with pytest.raises(Refusal):
        domain.open_department(by=world.owner, branch=world.branch, name="X", code="X", members=[far])
    with pytest.raises(Refusal):
        domain.open_department(by=world.owner, branch=world.branch, name="X", code="X", head=far)
    there = sign_in(factories.person(world.elsewhere, "owner", username="there"))
    assert there.get(reverse("department-edit", args=[skin.pk])).status_code == 404


def test_each_belongs_to_one(world, skin):
    laser = domain.open_department(
        by=world.owner, branch=world.branch, name="Laser", code="LASER", members=[world.doctor]
    )
    assert list(laser.practitioners.all()) == [world.doctor] and not skin.practitioners.exists()
    domain.change_department(by=world.owner, department=laser, version=laser.version, members=[])
    assert Practitioner.objects.get(pk=world.doctor.pk).department is None


def test_two_with_the_same_department_open(owner, world, skin):
    address = reverse("department-edit", args=[skin.pk])
    sent = body(skin, name="Skin and nails", code="SKIN")
    assert owner.post(address, sent).status_code == 302
    stale = owner.post(address, sent | {"name": "Dermatology"})
    assert stale.status_code == 422 and "Somebody else changed this record" in stale.content.decode()
    assert Department.objects.get().name == "Skin and nails"


class TestInBooking:
    def test_practitioners_stand_under_their_department(self, desk, world, skin):
        page = desk.get(reverse("appointment-new")).content.decode()
        assert page.index('<optgroup label="Skin">') < page.index(str(world.doctor))

    def test_an_inactive_one_is_hidden_and_nobody_of_it_is_booked(self, owner, world, skin, booked):
        address = reverse("department-edit", args=[skin.pk])
        response = owner.post(address, body(skin, members=world.doctor.pk, is_active=""), follow=True)
        assert "Hair is hidden in booking; visits booked before stand." in response.content.decode()
        page = owner.get(reverse("appointment-new")).content.decode()
        assert "optgroup" not in page and str(world.doctor) not in page
        with pytest.raises(Refusal, match="takes no bookings at this branch"):
            appointments.book(
                by=world.receptionist, branch=world.branch, customer=booked.customer, practitioner=world.doctor,
                treatment=booked.treatment, starts_at=booked.starts_at + datetime.timedelta(hours=2),
            )  # fmt: skip
        assert str(world.doctor) in owner.get(reverse("availability")).content.decode(), (
            "their visits are to be moved"
        )

    def test_closing_waits_for_whoever_books(self, world, skin):
        with CaptureQueriesContext(connection) as queries:
            domain.change_department(
                by=world.owner, department=skin, version=skin.version, members=[world.doctor], is_active=False
            )
        texts = [query["sql"] for query in queries]
        lock = next(i for i, sql in enumerate(texts) if "pg_advisory_xact_lock" in sql)
        write = next(i for i, sql in enumerate(texts) if 'UPDATE "staff_department"' in sql)
        assert lock < write


class TestAdministration:
    def test_it_is_added_and_changed_there_too(self, owner, world, skin):
        add = reverse("admin:staff_department_add")
        assert owner.post(add, fill(owner, add, {"name": "Hair", "code": "HAIR"})).status_code == 302
        hair = Department.objects.get(code="HAIR")
        assert hair.branch == world.branch
        change = reverse("admin:staff_department_change", args=[skin.pk])
        assert save(owner, change, {"is_active": "", "name": "Skins"}).status_code == 302
        skin.refresh_from_db()
        assert (skin.name, skin.is_active) == ("Skins", False)
        assert list(skin.practitioners.all()) == [world.doctor]

    def test_a_practitioner_is_placed_there(self, owner, world, skin):
        far = domain.open_department(by=world.owner, branch=world.elsewhere, name="Far", code="FAR")
        laser = domain.open_department(by=world.owner, branch=world.branch, name="Laser", code="LASER")
        change = reverse("admin:staff_practitioner_change", args=[world.doctor.pk])
        assert save(owner, change, {"department": str(far.pk)}).status_code == 200
        assert save(owner, change, {"department": str(laser.pk)}).status_code == 302
        assert Practitioner.objects.get(pk=world.doctor.pk).department == laser
