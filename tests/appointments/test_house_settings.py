"""What the branch has decided has its effect on the calendar at once."""

from decimal import Decimal

import pytest
from uuid_utils import compat

from appointments import domain
from appointments.models import Appointment, BookingRules
from clinic.models import Branch
from clinic.refusals import Refusal
from staff.models import Fee
from tests import factories


@pytest.fixture
def decide(world):
    def decided(**values):
        Branch.objects.filter(pk=world.branch.pk).update(**values)
        for name, value in values.items():
            setattr(world.branch, name, value)

    return decided


def test_walk_ins_can_be_switched_off(booked, decide, desk, at):
    assert booked(10, is_walk_in=True).status == Appointment.Status.ARRIVED
    assert "walk_in=1" in desk.get("/appointments/").content.decode()
    decide(allows_walk_ins=False)
    with pytest.raises(Refusal, match="takes no walk-ins"):
        booked(11, is_walk_in=True)
    for page in ("/appointments/", "/appointments/queue/", "/appointments/new/", "/"):
        body = desk.get(page, follow=True).content.decode()
        assert "walk_in=1" not in body and 'name="is_walk_in"' not in body, page


def test_emergencies_can_be_switched_off(booked, decide, desk, world):
    assert 'value="emergency"' in desk.get("/appointments/new/").content.decode()
    decide(allows_emergencies=False)
    page = desk.get("/appointments/new/").content.decode()
    assert 'value="emergency"' not in page and 'value="priority"' in page
    with pytest.raises(Refusal, match="no emergencies"):
        booked(10, priority="emergency", priority_reason="Burn")


def test_the_usual_fee_counts_where_there_is_no_other(booked, decide, world):
    consultation = factories.treatment(
        world.branch, name="Consultation", category="consultation", price=Decimal(500), minutes=15
    )
    assert booked(9, treatment=consultation).fee == 500
    decide(consultation_fee=Decimal(650))
    assert booked(10, treatment=consultation).fee == 650
    Fee.objects.create(branch=world.branch, kind="consultation", amount=800, valid_from="2026-01-01")
    assert booked(11, treatment=consultation).fee == 800


def test_minutes_are_kept_free_after_each_visit(booked, decide, world):
    plain = factories.treatment(world.branch, name="Peel", minutes=30)
    decide(buffer_minutes=10)
    booked(10, treatment=plain)
    with pytest.raises(Refusal):
        booked(10, 35, treatment=plain)
    booked(10, 40, treatment=plain)


def test_without_a_buffer_visits_follow_each_other(booked, world):
    plain = factories.treatment(world.branch, name="Peel", minutes=30)
    booked(10, treatment=plain)
    assert booked(10, 30, treatment=plain)


def test_a_longer_buffer_does_not_part_what_is_booked(booked, decide, world):
    plain = factories.treatment(world.branch, name="Peel", minutes=30)
    first = booked(10, treatment=plain)
    booked(10, 30, treatment=plain)
    decide(buffer_minutes=30)
    assert domain.confirm(by=world.receptionist, appointment=first).status == Appointment.Status.CONFIRMED


RULES = {
    "version": "0", "allows_walk_ins": "on", "consultation_fee": "650", "state_names": "hospital", "daily_cap": "1",
    "half_day_at": "13:00", "availability_lock_at": "", "follow_up_days": "10", "follow_up_visits": "2",
    "offer_minutes": "30", "priority_every": "3", "priority_cap": "",
}  # fmt: skip


@pytest.fixture
def send(sign_in, world):
    def sent(**changes):
        branch = Branch.objects.get(pk=world.branch.pk)
        body = {**RULES, "branch_version": branch.version, "idempotency_key": str(compat.uuid7()), **changes}
        return sign_in(world.owner).post("/appointments/settings/", body)

    return sent


def test_the_cap_set_on_the_page_counts_at_once(send, booked, world):
    assert send().status_code == 302
    world.branch.refresh_from_db()
    assert not world.branch.allows_emergencies and world.branch.consultation_fee == 650
    booked(10)
    with pytest.raises(Refusal, match="as many visits"):
        booked(11)


def test_two_who_decide_at_once(send):
    assert send().status_code == 302
    second = send(daily_cap="9")
    assert second.status_code == 422 and "Somebody else changed" in second.content.decode()
    assert 'name="version" value="1"' in second.content.decode()
    assert BookingRules.objects.get().daily_cap == 1
    assert send(daily_cap="9", version="1").status_code == 302


@pytest.mark.parametrize("wrong", [{"daily_cap": "-1"}, {"half_day_at": "noon"}, {"consultation_fee": "-5"}])
def test_rules_that_make_no_sense_change_nothing(send, wrong):
    assert send(**wrong).status_code == 422
    assert not BookingRules.objects.exists()


def test_the_desk_decides_no_rules(desk):
    assert desk.get("/appointments/settings/").status_code == 403
