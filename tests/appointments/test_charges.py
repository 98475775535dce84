"""Deposits and fees by policy: which one counts, when it falls due, who waives it."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from uuid_utils import compat

from appointments import domain, policies
from appointments.models import Appointment, Charge, VisitPolicy
from clinic.refusals import Refusal, Stale
from tests import factories
from tests.appointments.conftest import TUESDAY

DAY = datetime.timedelta(days=1)


@pytest.fixture
def policy(world):
    def make(kind, amount=None, since=-30, until=None, **changes):
        return VisitPolicy.objects.create(
            branch=world.branch, kind=kind, amount=amount, valid_from=TUESDAY + since * DAY,
            valid_to=None if until is None else TUESDAY + until * DAY, **changes,
        )  # fmt: skip

    return make


def due():
    return [(charge.kind, charge.amount) for charge in Charge.objects.due()]


def test_the_most_specific_policy_of_the_day_counts(world, policy, hair_removal):
    def amount(day=TUESDAY):
        return policies.deposit_for(branch=world.branch, treatment=hair_removal, day=day)

    assert amount() == 0
    policy("deposit", 100)
    assert amount() == 100
    policy("deposit", 200, category="laser", until=1)
    policy("deposit", 300, category="skin")
    assert amount() == 200 and amount(TUESDAY + 2 * DAY) == 100
    mine = policy("deposit", percent=Decimal("12.5"), treatment=hair_removal)
    assert amount() == Decimal("562.50")
    policy("deposit", 50, treatment=factories.treatment(world.branch))
    mine.is_active = False
    mine.save()
    assert amount() == 200


def test_a_deposit_is_due_until_the_visit_is_over(world, booked, policy):
    policy("deposit", 500)
    visit = booked(9)
    assert due() == [("deposit", 500)]
    domain.check_in(by=world.receptionist, appointment=visit)
    domain.complete(by=world.doctor.user, appointment=visit, note="")
    assert due() == []


@pytest.mark.parametrize(("hours", "expected"), [(2, []), (4, [("late_cancel", 300)])])
def test_calling_off_late_costs(world, booked, policy, at, hours, expected):
    policy("late_cancel", 300, hours=hours)
    visit = booked(11)
    with time_machine.travel(at(8)):
        assert policies.cost_of_cancelling([visit]) == sum(amount for _kind, amount in expected)
        domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    assert due() == expected


def test_not_coming_costs_until_it_is_taken_back(world, booked, policy, at):
    policy("no_show", percent=Decimal(10))
    visit = booked(9)
    with time_machine.travel(at(9, 20)):
        domain.mark_no_show(by=world.receptionist, appointment=visit)
        assert due() == [("no_show", Decimal("450.00"))]
        domain.reinstate(by=world.receptionist, appointment=visit)
        assert due() == []
        domain.mark_no_show(by=world.receptionist, appointment=visit)
        assert due() == [("no_show", Decimal("450.00"))] and Charge.objects.count() == 1


def test_the_desk_sees_what_is_due_and_what_cancelling_costs(desk, booked, policy, priya, at, world):
    policy("late_cancel", 500)
    policy("deposit", 1000)
    visit = booked(9)
    page = desk.get(reverse("appointment-detail", args=[visit.pk])).content.decode()
    assert "Cancelling now costs ₹500" in page and "₹1,000" in page
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    panel = desk.get(reverse("customer-open", args=[priya.pk])).content.decode()
    assert "Late cancellation: ₹500" in panel


@pytest.fixture
def owed(world, booked, policy):
    policy("deposit", 500)
    booked(9)
    return Charge.objects.get()


def test_waiving_needs_a_reason_and_the_version_and_works_once(world, owed):
    waive = {"by": world.receptionist, "charge": owed}
    with pytest.raises(Refusal, match="Say why"):
        domain.waive(**waive, reason=" ", version=1)
    with pytest.raises(Stale):
        domain.waive(**waive, reason="A regular", version=7)
    waived = domain.waive(**waive, reason="A regular", version=1)
    assert (waived.status, waived.waived_by, waived.waive_reason) == (
        "waived",
        world.receptionist,
        "A regular",
    )
    with pytest.raises(Refusal, match="Meena Joshi has waived this already"):
        domain.waive(**waive, reason="A regular", version=2)
    assert due() == []


def test_waiving_on_the_page(desk, sign_in, world, owed):
    url = reverse("charge-waive", args=[owed.pk])
    assert desk.post(url, {"reason": "", "version": 1}).status_code == 422
    stale = desk.post(url, {"reason": "A regular", "version": 9})
    assert stale.status_code == 422 and 'value="A regular"' in stale.content.decode()
    assert desk.post(url, {"reason": "A regular", "version": 1}).status_code == 302
    visit = desk.get(reverse("appointment-detail", args=[owed.appointment_id])).content.decode()
    assert "waived by Meena Joshi" in visit
    therapist = sign_in(factories.person(world.branch, "therapist"))
    assert therapist.post(url, {"reason": "x", "version": 2}).status_code == 403
    assert sign_in(world.colleague).post(url, {"reason": "x", "version": 2}).status_code == 404


def test_all_parts_are_called_off_from_one_form(desk, booked, policy, at, world):
    policy("late_cancel", 300)
    first, second = booked(9), booked(10)
    Appointment.objects.filter(pk=second.pk).update(first_part=first, part_number=2)
    page = desk.get(reverse("appointment-detail", args=[first.pk])).content.decode()
    assert "Cancelling all parts now costs ₹600" in page
    form = {"reason": "Ill", "whole_visit": "on", "idempotency_key": str(compat.uuid7())}
    desk.post(reverse("appointment-cancel", args=[first.pk]), form)
    assert set(Appointment.objects.values_list("status", flat=True)) == {"cancelled"}
    assert due() == [("late_cancel", 300)] * 2
