"""A plan sold becomes an enrolment with its counted sessions, on the terms of the day."""

import datetime
from decimal import Decimal

import pytest

from clinic.models import Event
from clinic.refusals import Refusal
from packages import domain, proofs
from packages.models import Enrolment, Session
from tests import factories
from tests.race import race

DAY = datetime.date(2026, 1, 15)


@pytest.fixture
def priya(world):
    return factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")


@pytest.fixture
def plan(world):
    treatment = factories.treatment(world.branch)
    return factories.plan(treatment, name="Laser Hair Removal, full body")


def enrol(world, customer, plan, **changes):
    values = {"value": Decimal(36000), "on": DAY}
    return domain.enrol(
        by=world.receptionist, branch=world.branch, customer=customer, plan=plan, **values | changes
    )


def standing(customer) -> int:
    customer.standing.refresh_from_db()
    return customer.standing.active_packages


def test_the_sessions_exist_and_the_terms_are_kept(world, priya, plan):
    enrolment = enrol(world, priya, plan)
    assert [(s.number, s.status) for s in enrolment.sessions.all()] == [(n, "pending") for n in range(1, 9)]
    assert (enrolment.plan_name, enrolment.session_count, enrolment.value) == (plan.name, 8, 36000)
    assert (enrolment.enrolled_on, enrolment.valid_until) == (DAY, datetime.date(2027, 1, 15))
    plan.name, plan.session_count = "Renamed", 3
    plan.save()
    enrolment.refresh_from_db()
    assert (enrolment.plan_name, enrolment.session_count) == ("Laser Hair Removal, full body", 8)


def test_the_customers_list_knows_of_it(world, priya, plan):
    enrol(world, priya, plan)
    enrol(world, priya, plan)
    assert standing(priya) == 2
    assert list(proofs.standings()) == list(proofs.sessions()) == []


def test_it_is_announced_without_personal_values(world, priya, plan):
    enrolment = enrol(world, priya, plan)
    event = Event.objects.get(verb="enrolment.created")
    assert (event.subject_id, event.by_id) == (enrolment.pk, world.receptionist.pk)
    assert event.data == {"customer_id": str(priya.pk), "sessions": 8}


def test_a_plan_no_longer_sold_and_a_negative_price_are_refused(world, priya, plan):
    with pytest.raises(Refusal, match="can't be negative"):
        enrol(world, priya, plan, value=Decimal(-1))
    plan.is_active = False
    with pytest.raises(Refusal, match="no longer sold"):
        enrol(world, priya, plan)
    assert not Enrolment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_desks_that_sell_to_one_customer_count_both(world, priya, plan):
    outcomes = race(*[lambda: enrol(world, priya, plan)] * 4)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert standing(priya) == 4
    assert Session.objects.count() == 32


def test_the_proofs_find_what_is_wrong(world, priya, plan):
    enrolment = enrol(world, priya, plan)
    priya.standing.active_packages = 5
    priya.standing.save()
    Enrolment.objects.filter(pk=enrolment.pk).update(status="completed")
    assert len(list(proofs.standings())) == 1
    assert len(list(proofs.sessions())) == 1
