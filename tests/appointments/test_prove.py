"""The proofs find what they are there to find."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from appointments import domain, proofs
from appointments.models import Appointment, Hold, Sitting
from clinic import registries
from packages import domain as packages
from tests import factories


def found() -> list[str]:
    return [*proofs.places(), *proofs.let_go(), *proofs.serials(), *proofs.sessions()]


@pytest.fixture
def session(world, priya, hair_removal):
    enrolment = packages.enrol(
        by=world.receptionist,
        branch=world.branch,
        customer=priya,
        plan=factories.plan(hair_removal),
        value=Decimal(36000),
        on=timezone.localdate(),
    )
    return enrolment.sessions.first()


@pytest.fixture
def numbered(world, booked):
    """A visit with a serial number, on Wednesday."""
    world.doctor.weekly_hours.filter(weekday=2).update(mode="serial", slot_minutes=30, per_slot=2)
    return booked(starts_at=None, day=datetime.date(2026, 3, 4), treatment=factories.treatment(world.branch))


def test_what_the_verbs_leave_behind_proves(world, booked, numbered, session, at):
    visit = booked(9, session=session)
    domain.reschedule(by=world.owner, appointment=visit, starts_at=at(11), version=visit.version)
    domain.cancel(by=world.owner, appointment=booked(15), reason="Unwell")
    domain.cancel(by=world.owner, appointment=numbered, reason="Unwell")
    booked(11, priority="emergency", priority_reason="Burn", treatment=factories.treatment(world.branch))
    domain.book_visit(
        by=world.owner,
        branch=world.branch,
        customer=visit.customer,
        parts=[domain.Part(factories.treatment(world.branch), world.doctor) for _ in range(2)],
        starts_at=at(16),
    )
    assert found() == []
    names = {"places of visits", "what visits have let go", "serial numbers", "sessions kept for visits"}
    assert names <= set(registries.proofs())


def test_a_visit_that_holds_nobody_is_found(booked):
    visit = booked(9)
    Hold.objects.filter(resource=visit.practitioner.resource).update(released_at=timezone.now())
    assert found() == [f"Visit {visit.number} doesn't hold its practitioner."]


def test_a_visit_longer_than_its_holds_is_found(booked, at):
    visit = booked(9)
    Appointment.objects.filter(pk=visit.pk).update(ends_at=at(10))
    assert f"Visit {visit.number} lasts longer than what it holds." in found()


@pytest.mark.parametrize("status", ["cancelled", "no_show", "waitlisted"])
def test_what_does_not_take_place_and_holds_is_found(booked, status):
    visit = booked(9)
    Appointment.objects.filter(pk=visit.pk).update(status=status)
    assert found() == [f"Visit {visit.number} doesn't take place and still holds something."]


def test_a_sitting_without_people_or_without_its_practitioner_is_found(numbered):
    Appointment.objects.filter(pk=numbered.pk).update(status="cancelled")
    assert found() == ["The sitting of Dr. Vivek Kapoor 2026-03-04 holds a slot in which nobody comes."]
    Appointment.objects.filter(pk=numbered.pk).update(status="scheduled")
    Hold.objects.filter(sitting__isnull=False).update(released_at=timezone.now())
    assert found() == [f"Visit {numbered.number} doesn't hold its practitioner."]


def test_a_number_that_was_never_given_is_found(numbered):
    Sitting.objects.update(last_serial=0)
    assert found() == [f"Visit {numbered.number} has a serial number that its sitting didn't give."]


def test_a_session_kept_for_nobody_is_found(booked, session):
    visit = booked(9, session=session)
    Hold.objects.update(released_at=timezone.now())
    Appointment.objects.filter(pk=visit.pk).update(status="cancelled")
    assert found() == [f"Session {session.pk} is kept for a visit that isn't to come."]
