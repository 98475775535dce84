"""Which sessions of packages wait to be booked."""

import datetime
from decimal import Decimal

import pytest
from uuid_utils import compat

from packages import domain, queries
from packages.models import Enrolment
from tests import factories

TODAY = datetime.date(2026, 3, 2)


@pytest.fixture
def enrol(world):
    def made(branch=None, days=200, sessions=3) -> Enrolment:
        branch = branch or world.branch
        plan = factories.plan(factories.treatment(branch), session_count=sessions, valid_days=days)
        return domain.enrol(
            by=world.owner, branch=branch, plan=plan, value=Decimal(9000), on=TODAY,
            customer=factories.customer(branch, world.owner),
        )  # fmt: skip

    return made


def use(world, enrolment, *, complete):
    visit = compat.uuid7()
    session = queries.next_session(enrolment)
    domain.reserve_session(by=world.owner, session=session, appointment_id=visit)
    if complete:
        domain.complete_session(by=world.owner, appointment_id=visit, practitioner=world.doctor, note="")


def due(branch, today=TODAY):
    return [(each.enrolment, each.number) for each in queries.due_sessions(branch, today)]


@pytest.fixture(autouse=True)
def _that_day(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 2, 4, 30, tzinfo=datetime.UTC))


def test_the_next_of_each_package_the_first_to_lapse_leading(world, enrol):
    late, soon = enrol(days=300), enrol(days=20)
    use(world, late, complete=True)
    assert due(world.branch) == [(soon, 1), (late, 2)]


def test_one_that_is_booked_already_waits_for_nothing(world, enrol):
    use(world, enrol(), complete=False)
    assert due(world.branch) == []


def test_what_is_used_up_lapsed_elsewhere_or_of_somebody_gone_is_not_due(world, enrol):
    use(world, enrol(sessions=1), complete=True)
    lapsing = enrol(days=5)
    assert due(world.branch, TODAY + datetime.timedelta(days=5)) == [(lapsing, 1)]
    assert due(world.branch, TODAY + datetime.timedelta(days=6)) == []
    there = enrol(world.elsewhere)
    assert due(world.elsewhere) == [(there, 1)]
    there.customer.is_active = False
    there.customer.save()
    assert due(world.elsewhere) == []


def test_everything_is_read_at_once_and_can_be_narrowed(world, enrol, django_assert_num_queries):
    enrolments = [enrol() for _ in range(3)]
    with django_assert_num_queries(1):
        found = queries.due_sessions(world.branch, TODAY)
        names = [f"{each.enrolment.customer} {each.enrolment.plan.treatment}" for each in found]
    assert len(names) == 3
    wanted = enrolments[1].plan.treatment
    assert [each.enrolment for each in found.filter(enrolment__plan__treatment=wanted)] == [enrolments[1]]
