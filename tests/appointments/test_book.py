"""Booking: what is held, and every reason to decline."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from appointments import domain, slots
from appointments.models import Appointment, Hold
from clinic.models import Branch, Event, Holiday
from clinic.refusals import Refusal
from packages import domain as packages
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)


@pytest.fixture
def refused(booked):
    """The refusal of a booking that must not leave anything behind."""

    def refuse(*wish, **changes) -> Refusal:
        before = Appointment.objects.count(), Hold.objects.count()
        with pytest.raises(Refusal) as refusal:
            booked(*wish, **changes)
        assert (Appointment.objects.count(), Hold.objects.count()) == before
        return refusal.value

    return refuse


def test_a_booking_holds_practitioner_and_device_with_their_buffers(world, booked, laser, at):
    laser.minutes_after = 10
    laser.save()
    visit = booked(10, 0)
    assert visit.status == "scheduled" and visit.minutes == 45
    holds = {hold.resource_id: hold.during for hold in visit.holds.all()}
    assert set(holds) == {world.doctor.resource_id, laser.pk}
    assert (holds[world.doctor.resource_id].lower, holds[world.doctor.resource_id].upper) == (
        at(10),
        at(10, 45),
    )
    assert holds[laser.pk].upper == at(10, 55)
    assert [(change.verb, change.to_status) for change in visit.history.all()] == [("book", "scheduled")]
    event = Event.objects.get(verb="appointment.booked")
    assert event.subject_id == visit.pk and event.branch_id == world.branch.pk


def test_the_same_doctor_at_an_overlapping_time_is_refused_with_the_next_free_times(
    booked, refused, at, world
):
    booked(10, 0)
    refusal = refused(10, 30, treatment=factories.treatment(world.branch))
    assert "Dr. Vivek Kapoor already has a visit" in str(refusal)
    assert refusal.offers[:2] == [at(10, 45), at(11)]
    booked(10, 45)


def test_the_same_device_with_another_doctor_is_refused(booked, refused, world, at):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    booked(10, 0)
    refusal = refused(10, 15, practitioner=other)
    assert str(refusal) == "Diode laser is in use at that time."
    assert refusal.offers[0] == at(10, 45)


def test_the_buffer_of_a_device_is_kept(booked, refused, laser, world):
    laser.minutes_after = 15
    laser.save()
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    booked(10, 0)
    assert "Diode laser" in str(refused(10, 45, practitioner=other))
    booked(11, 0, practitioner=other)


def test_of_two_rooms_the_free_one_is_taken(booked, hair_removal, world, refused):
    from clinic.models import Resource
    from packages.models import TreatmentResource

    rooms = [Resource.objects.create(branch=world.branch, kind="room", name=f"Room {n}") for n in (1, 2)]
    facial = factories.treatment(world.branch)
    for room in rooms:
        TreatmentResource.objects.create(treatment=facial, resource=room)
    doctors = [factories.practitioner(world.branch, username=f"d{n}", full_name=f"D {n}") for n in range(3)]
    taken = [booked(10, treatment=facial, practitioner=doctor) for doctor in doctors[:2]]
    assert {hold.resource_id for visit in taken for hold in visit.holds.all()} >= {room.pk for room in rooms}
    assert "Room 1, Room 2 are all in use" in str(refused(10, treatment=facial, practitioner=doctors[2]))


def test_a_device_out_of_service_serves_nobody(refused, laser):
    laser.is_active = False
    laser.save()
    refusal = refused(10)
    assert str(refusal) == "No device that this treatment needs is in service at this branch."
    assert refusal.offers == []


@pytest.mark.parametrize(
    ("hour", "minute", "days", "said"),
    [
        (8, 0, 0, "That time has passed"),
        (10, 0, -1, "That time has passed"),
        (12, 30, 0, "has a break from 13:00 to 14:00"),
        (8, 45, 0, "is open from 09:00 to 19:00 on Tuesday 3 March; this visit would be from 08:45 to 09:30"),
        (18, 30, 0, "this visit would be from 18:30 to 19:15"),
        (23, 30, 0, "is open from 09:00 to 19:00"),
    ],
)
def test_a_closed_time_is_refused_with_the_reason(refused, hour, minute, days, said, at):
    refusal = refused(hour, minute, days)
    assert said in str(refusal)
    assert refusal.field == "time"
    assert refusal.offers and min(refusal.offers) >= at(9)


def test_a_holiday_is_refused(refused, world):
    Holiday.objects.create(branch=world.branch, day=TUESDAY, name="Holi")
    assert str(refused(10)) == "Linqs Cosmetology Clinic is closed on Tuesday 3 March: Holi."


def test_a_closed_weekday_is_refused(refused, world):
    world.branch.hours.filter(weekday=1).delete()
    assert str(refused(10)) == "Linqs Cosmetology Clinic is closed on Tuesday 3 March."


def test_the_practitioners_own_hours_count(refused, world, booked):
    world.doctor.weekly_hours.filter(weekday=1).update(
        starts=datetime.time(11), break_starts=datetime.time(15), break_ends=datetime.time(15, 30)
    )
    assert "Dr. Vivek Kapoor works from 11:00 to 19:00" in str(refused(10))
    assert "Dr. Vivek Kapoor has a break from 15:00 to 15:30" in str(refused(15, 15))
    assert "Dr. Vivek Kapoor does not work on Thursday" not in str(refused(12, 30))
    world.doctor.weekly_hours.filter(weekday=1).update(valid_to=TUESDAY - datetime.timedelta(days=1))
    assert "Dr. Vivek Kapoor does not work on Tuesday 3 March." in str(refused(11))
    booked(11, days=1)


def test_an_inactive_branch_takes_no_booking(refused, world):
    type(world.branch).objects.filter(pk=world.branch.pk).update(is_active=False)
    assert "takes no bookings" in str(refused(10))


@pytest.mark.parametrize("who", ["resource", "user"])
def test_a_practitioner_who_left_takes_no_booking(refused, world, who):
    part = getattr(world.doctor, who)
    part.is_active = False
    part.save()
    assert "takes no bookings" in str(refused(10))


def test_a_practitioner_of_another_branch_takes_no_booking(refused, world):
    far = factories.practitioner(world.elsewhere, full_name="Far Away", username="far")
    refusal = refused(10, practitioner=far)
    assert refusal.field == "practitioner"


@pytest.mark.parametrize("minutes", [0, -15, 25 * 60])
def test_an_absurd_length_is_refused(refused, minutes):
    assert "5 to 720 minutes" in str(refused(10, minutes=minutes))


def test_a_walk_in_has_arrived(world, booked, at):
    import time_machine

    with time_machine.travel(at(10, 3), tick=False):
        visit = booked(10, 0, is_walk_in=True)
    assert visit.status == "arrived" and visit.arrived_at == at(10, 3)
    assert [change.verb for change in visit.history.all()] == ["book", "check_in"]


def test_a_customer_of_another_branch_is_known_here_after_a_booking(world, booked):
    from customers.models import SeenAt

    guest = factories.customer(world.elsewhere, world.colleague)
    booked(10, customer=guest)
    assert SeenAt.objects.filter(customer=guest, branch=world.branch).exists()


@pytest.fixture
def package(world, priya, hair_removal):
    return packages.enrol(
        by=world.receptionist,
        branch=world.branch,
        customer=priya,
        plan=factories.plan(hair_removal),
        value=Decimal(36000),
        on=TUESDAY,
    )


def test_a_package_session_is_reserved(booked, package, refused):
    session = package.sessions.first()
    visit = booked(10, session=session)
    session.refresh_from_db()
    assert (session.status, session.appointment_id) == ("reserved", visit.pk)
    assert "Session 1 is already booked." in str(refused(15, session=session))


def test_a_session_is_not_kept_for_a_visit_that_was_refused(refused, package):
    refused(13, 15, session=package.sessions.first())
    assert package.sessions.first().status == "pending"


def test_a_session_of_another_customer_or_treatment_is_refused(refused, package, world):
    other = factories.customer(world.branch, world.receptionist)
    session = package.sessions.first()
    assert "another customer" in str(refused(10, session=session, customer=other))
    assert "another treatment" in str(
        refused(10, session=session, treatment=factories.treatment(world.branch))
    )


def test_the_constraint_is_the_net_under_the_locks(booked, refused, monkeypatch, at):
    """With the arithmetic blinded, as if another desk had come in unseen, the database still says no."""
    booked(10)
    monkeypatch.setattr(slots.Lane, "fits", lambda lane, visit: True)
    refusal = refused(10, 15)
    assert str(refusal) == "Somebody else has just taken that time."
    assert refusal.offers, "and still shows a way out"


def test_who_is_no_longer_a_customer_is_not_booked(refused, priya):
    priya.is_active = False
    priya.save()
    assert "no longer an active customer" in str(refused(10))


def test_free_times_leave_out_what_is_past_held_and_closed(world, booked, hair_removal, at):
    from appointments import availability

    booked(10, 0)
    free = availability.free_times(
        branch=world.branch, practitioner=world.doctor, treatment=hair_removal, day=TUESDAY, now=at(9, 10)
    )
    assert free[:3] == [at(9, 15), at(10, 45), at(11)]
    assert at(12, 15) in free and at(12, 30) not in free and at(13, 30) not in free
    assert free[-1] == at(18, 15)


def test_a_diary_costs_the_same_for_any_number_of_days(
    world, hair_removal, django_assert_num_queries, booked
):
    from appointments import availability

    booked(10)
    booked(10, days=3)
    for days in (1, 20):
        with django_assert_num_queries(11):
            availability.read(
                branch=world.branch,
                practitioner=world.doctor,
                treatment=hair_removal,
                first=TUESDAY,
                days=days,
            ).next_free(timezone.now())


def test_a_branch_that_closes_meanwhile_takes_no_move(world, booked, at):
    visit = booked(9)
    Branch.objects.filter(pk=world.branch.pk).update(is_active=False)
    with pytest.raises(Refusal, match="takes no bookings at this branch"):
        domain.reschedule(by=world.owner, appointment=visit, starts_at=at(11), version=visit.version)
