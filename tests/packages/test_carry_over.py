"""A half-used package of the clinic's former system."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from clinic.refusals import Refusal
from packages import domain, proofs, queries
from tests import factories


@pytest.fixture
def today(world):
    return timezone.localdate(timezone=world.branch.zone)


@pytest.fixture
def carry(world, priya, laser, today):
    def carried(*, used=5, plan=None, **more):
        plan = plan or factories.plan(laser, session_count=8, price=Decimal(8000))
        return domain.carry_over(
            by=world.owner, branch=world.branch, customer=priya, plan=plan, value=Decimal(8000),
            on=today - datetime.timedelta(days=100), used=used, **more,
        )  # fmt: skip

    return carried


def test_what_is_left_is_owed_and_can_be_booked(world, carry, today, priya):
    enrolment = carry()
    assert queries.liability(world.branch, today, today).owed == 3000
    assert queries.worth(enrolment).paid == 8000
    assert [session.number for session in queries.bookable_sessions(priya.pk, today)] == [6]
    assert enrolment.valid_until == today + datetime.timedelta(days=265)
    with pytest.raises(Refusal, match="Only a session of today"):
        domain.undo_session(by=world.owner, session=enrolment.sessions.get(number=5), reason="x")
    assert [*proofs.ledgers(), *proofs.sessions(), *proofs.standings()] == []


def test_its_own_last_day_and_what_was_paid_are_kept(carry, today, laser):
    plan = factories.plan(
        laser, session_count=8, payment="instalments", instalments=4, starts_at_first_use=True
    )
    until = today + datetime.timedelta(days=9)
    enrolment = carry(plan=plan, used=2, paid=Decimal(4000), valid_until=until)
    assert (enrolment.valid_until, enrolment.tally.unlocked, enrolment.tally.used) == (until, 4, 2)
    assert carry(plan=plan, used=0).valid_until is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"used": 8}, "at least one"),
        ({"used": -1}, "at least one"),
        ({"paid": Decimal(8001)}, "between nothing"),
    ],
)
def test_what_cant_be_is_refused(carry, values, sentence):
    with pytest.raises(Refusal, match=sentence):
        carry(**values)
