"""A role held for one's own visits alone: they, whom one sees in them, and nothing of anybody else on any page."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from appointments.models import Appointment
from clinic.models import OutOfService
from clinic.refusals import Refusal
from customers.models import Customer
from staff import domain
from staff.models import OWN, Role, RoleHeld, User
from tests import factories
from tests.factories import everything
from tests.test_permission_walk import OURS, address, ask

CANARY = "Canary Zeta"
#: Named by the stage and no customer: the colleague who treats, the house's own things.
NOT_CUSTOMERS = [
    "Dr Canary Zeta",
    "Department of Canary Zeta",
    "Day of Canary Zeta",
    "Laser of Canary Zeta",
    "Like Canary Zeta",
]


@pytest.fixture
def doctor(world) -> User:
    """Somebody who treats here, as a doctor for their own visits."""
    who = factories.person(world.branch, full_name="Olga Own")
    domain.add_practitioner(by=None, person=who, branch=world.branch, title="Dr.")
    domain.give_role(
        by=world.owner, person=who, role=Role.objects.get(code="doctor"), branch=world.branch, own_only=True
    )
    return User.objects.get(pk=who.pk)


def visit(world, who: User) -> Appointment:
    now = timezone.now()
    customer = factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
    return Appointment.objects.create(
        number=factories.number(), branch=world.branch, customer=customer, practitioner=who.practices.get(),
        treatment=factories.treatment(world.branch), starts_at=now, ends_at=now + datetime.timedelta(minutes=5),
        booked_by=world.receptionist, status="arrived", arrived_at=now,
    )  # fmt: skip


def test_their_own_visit_and_whom_they_see_in_it(sign_in, world, doctor):
    mine = visit(world, doctor)
    client = sign_in(doctor)
    assert client.get(reverse("appointment-detail", args=[mine.pk])).status_code == 200
    assert "Priya Mehta" in client.get(reverse("customer-list")).content.decode()
    assert client.get(reverse("customer-detail", args=[mine.customer_id])).status_code == 200
    assert list(Customer.objects.visible_to(doctor)) == [mine.customer]


def test_of_rights_over_what_is_nobodys_own_it_grants_none(world, doctor):
    granted = {grant.permission for grant in Role.objects.get(code="doctor").grants.all()}
    assert {each for each in granted if doctor.may(each)} == granted & OWN
    assert not doctor.may("billing.view") and not doctor.may("inventory.view")


def test_another_role_over_all_of_the_branch_widens_it(world, doctor):
    visit(world, world.doctor.user)
    assert not Appointment.objects.visible_to(doctor).exists()
    domain.give_role(by=world.owner, person=doctor, role=Role.objects.get(code="nurse"), branch=world.branch)
    assert Appointment.objects.visible_to(User.objects.get(pk=doctor.pk)).count() == 1


def test_no_page_shows_anybody_elses_customers(sign_in, world, doctor):
    found = everything.one_of_everything(world.branch, by=world.receptionist, name=CANARY)
    OutOfService.objects.update(reason="Cooling fails")
    client, leaks = sign_in(doctor), []
    tomorrow = timezone.localdate(timezone=world.branch.zone) + datetime.timedelta(days=1)
    urls = [
        address(place, found)
        for place in OURS
        if place.name not in ("sign-out", "queue-display") and place.view.permission is not None
    ]
    urls += [
        f"{reverse(name)}?day={tomorrow}"
        for name in ("appointment-list", "appointment-week", "appointment-month")
    ]
    for url in [*urls, f"{reverse('search')}?q=canary", f"{reverse('customer-options')}?q=canary"]:
        body = ask(client, "get", url).content.decode(errors="replace")
        for harmless in NOT_CUSTOMERS:
            body = body.replace(harmless, "")
        if CANARY in body:
            at = body.index(CANARY)
            leaks.append((url, body[max(0, at - 80) : at + 30]))
    assert not leaks, "\n".join(map(str, leaks))


def test_nothing_is_written_to_anybody_elses_visit(sign_in, world, doctor):
    other = visit(world, world.doctor.user)
    client = sign_in(doctor)
    for verb in ("start", "complete", "cancel", "no-show", "reschedule"):
        url = reverse(f"appointment-{verb}", args=[other.pk])
        assert ask(client, "post", url).status_code in (403, 404), verb


def test_it_hands_on_no_right(world):
    people = Role.objects.create(code="own-people", name="Own people")
    people.grants.create(permission="staff.configure")
    who = factories.person(world.branch)
    domain.give_role(by=world.owner, person=who, role=people, branch=world.branch, own_only=True)
    who = User.objects.get(pk=who.pk)
    assert who.granted_at(world.branch) == set() and not who.may("staff.configure")


def test_at_one_branch_only_by_domain_and_database(world, doctor):
    with pytest.raises(Refusal, match="at one branch"):
        domain.give_role(
            by=world.owner, person=doctor, role=Role.objects.get(code="nurse"), branch=None, own_only=True
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleHeld.objects.filter(user=doctor).update(branch=None)


def test_through_the_page(sign_in, world):
    from uuid_utils import compat

    given = {
        "role": Role.objects.get(code="therapist").pk,
        "where": world.branch.pk,
        "own_only": "on",
        "idempotency_key": compat.uuid7(),
    }
    person = factories.person(world.branch)
    client = sign_in(world.owner)
    assert client.post(reverse("person-give-role", args=[person.pk]), given).status_code == 302
    assert RoleHeld.objects.get(user=person).own_only
    page = client.get(reverse("person-why", args=[person.pk]), {"q": "see appointments"}).content.decode()
    assert "own visits only" in page
