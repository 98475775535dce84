"""Booking: what is held, and every reason to decline."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from appointments import domain, slots
from appointments.models import Appointment, BookingRules, Hold, Offer
from appointments.steps import Overlap
from clinic.models import Branch, Event, Holiday, OutOfService
from clinic.refusals import Refusal
from packages import domain as packages
from packages.models import Performer, Requirement
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
    diary = availability.read(
        branch=world.branch, practitioner=world.doctor, treatment=hair_removal, first=TUESDAY
    )
    free = diary.free_on(TUESDAY, at(9, 10))
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


# What speaks against a time besides the place.


def test_a_customer_in_two_places_is_warned_of_and_may_be_booked_anyway(booked, refused, world, at):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    peel = factories.treatment(world.branch, name="Peel", minutes=30)
    booked(10)
    wish = {"practitioner": other, "treatment": peel}
    refusal = refused(10, 30, despite_overlap=False, **wish)
    assert isinstance(refusal, Overlap)
    assert str(refusal) == (
        "Priya Mehta already has a visit then: Laser Hair Removal with Dr. Vivek Kapoor, Tue 3 Mar, 10:00."
    )
    booked(10, 45, despite_overlap=False, **wish)
    booked(10, 15, **wish)


def test_a_visit_at_a_branch_where_one_does_not_work_is_only_hinted_at(booked, refused, world, priya):
    far = factories.practitioner(world.elsewhere, full_name="Far Away", username="far")
    peel = factories.treatment(world.branch, name="Peel")
    booked(10, branch=world.elsewhere, practitioner=far, treatment=peel, by=world.colleague)
    hint = refused(10, despite_overlap=False)
    assert str(hint) == "Priya Mehta has a visit at another branch at that time."
    assert "Peel with Dr. Far Away" in str(refused(10, despite_overlap=False, by=world.owner))


@pytest.mark.parametrize("how", ["cancel", "complete"])
def test_what_is_over_is_no_overlap(booked, world, at, how):
    import time_machine

    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    visit = booked(10)
    if how == "cancel":
        domain.cancel(by=world.receptionist, appointment=visit, reason="Unwell")
    else:
        with time_machine.travel(at(10, 5)):
            domain.check_in(by=world.receptionist, appointment=visit)
            domain.complete(by=world.doctor.user, appointment=visit, note="")
    booked(10, 15, practitioner=other, treatment=factories.treatment(world.branch), despite_overlap=False)


def test_the_days_between_two_sessions_are_kept_before_and_after(booked, refused, hair_removal, at):
    hair_removal.min_interval_days = 28
    hair_removal.save()
    booked(10, days=30)
    refusal = refused(11, days=10)
    assert str(refusal) == (
        "Laser Hair Removal needs 28 days between two sessions, and there is one on 2 April 2026. "
        "The earliest day is 30 April 2026."
    )
    assert refusal.offers[0] == at(9, days=58)
    assert "The earliest day is 30 April 2026" in str(refused(11, days=57))
    booked(11, days=2)
    booked(11, days=58)


def test_a_requirement_that_is_not_met_blocks_the_booking(refused, hair_removal):
    Requirement.objects.create(treatment=hair_removal, kind="consent", name="Laser consent")
    refusal = refused(10)
    assert refusal.field == "what" and "Laser consent" in str(refusal)


def test_who_does_not_give_the_treatment_is_refused(refused, world, hair_removal):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    Performer.objects.create(treatment=hair_removal, practitioner=other)
    refusal = refused(10)
    assert refusal.field == "practitioner" and "Dr. Reena Rao" in str(refusal)


def test_a_local_time_that_the_clocks_leave_out_is_refused(refused, world):
    Branch.objects.filter(pk=world.branch.pk).update(time_zone="Europe/Berlin")
    branch = Branch.objects.get(pk=world.branch.pk)
    night = datetime.datetime(2026, 3, 29, 2, 30, tzinfo=branch.zone)
    assert str(refused(starts_at=night, branch=branch)).startswith("There is no 02:30 on that day")


def test_a_branch_in_a_zone_of_half_an_hour_or_three_quarters_books_its_own_day(booked, world):
    for zone, utc in (("Asia/Kolkata", (4, 30)), ("Asia/Kathmandu", (4, 15)), ("Europe/Berlin", (9, 0))):
        Branch.objects.filter(pk=world.branch.pk).update(time_zone=zone)
        branch = Branch.objects.get(pk=world.branch.pk)
        local = datetime.datetime(2026, 3, 4, 10, 0, tzinfo=branch.zone)
        visit = booked(starts_at=local, branch=branch)
        assert (visit.starts_at.astimezone(datetime.UTC).hour, visit.starts_at.minute) == utc
        domain.cancel(by=world.receptionist, appointment=visit, reason="Next zone")


def test_a_device_under_repair_is_refused_by_name_with_times_after_it(refused, laser, at):
    OutOfService.objects.create(resource=laser, starts_at=at(9), ends_at=at(12), reason="Lamp broken")
    refusal = refused(10)
    assert "Diode laser is out of service" in str(refusal) and "Lamp broken" in str(refusal)
    assert refusal.offers[0] == at(12)


def test_walk_ins_go_by_the_rule_of_the_branch_and_the_switch_of_the_doctor(booked, refused, world, at):
    world.doctor.is_available = False
    world.doctor.save()
    booked(10)
    assert "takes no walk-ins just now" in str(refused(9, is_walk_in=True))
    Branch.objects.update(allows_walk_ins=False)
    assert refused(9, is_walk_in=True).field == "is_walk_in"


def test_a_walk_in_without_a_time_is_seen_now_or_offered_the_next(booked, refused, world, at):
    import time_machine

    with time_machine.travel(at(10, 7), tick=False):
        visit = booked(starts_at=None, is_walk_in=True)
        assert visit.starts_at == at(10, 7) and visit.arrived_at
        refusal = refused(starts_at=None, is_walk_in=True)
    assert "already has a visit" in str(refusal) and refusal.offers[0] >= at(10, 52)


def test_an_emergency_is_taken_in_beside_booked_visits(booked, refused, world, at):
    booked(10)
    consultation = factories.treatment(world.branch, name="Consultation", minutes=15)
    wish = {"treatment": consultation, "priority": "emergency"}
    assert refused(10, 15, **wish).field == "priority_reason"
    visit = booked(10, 15, **wish, priority_reason="Burn")
    assert visit.holds.count() == 0 and visit.history.get().note == "Burn"
    later = booked(15, **wish, priority_reason="Burn")
    assert later.holds.count() == 1, "where the practitioner is free, they are held"
    booked_twice = {"priority": "urgent", "priority_reason": "Burn"}
    assert "Diode laser is in use" in str(refused(10, 15, **booked_twice)), "a device is in one place"
    Branch.objects.update(allows_emergencies=False)
    assert refused(11, **wish, priority_reason="Burn").field == "priority"


def test_an_emergency_is_taken_in_on_a_full_day(booked, refused, world):
    BookingRules.objects.create(branch=world.branch, daily_cap=1)
    booked(10)
    assert "as many visits" in str(refused(11))
    booked(11, priority="emergency", priority_reason="Burn")


def test_a_time_without_a_shift_that_gives_numbers_has_to_be_chosen(refused):
    assert refused(starts_at=None).field == "time"


def test_a_follow_up_belongs_to_the_same_customer(booked, refused, world):
    first = booked(10)
    other = factories.customer(world.branch, world.receptionist)
    assert refused(11, customer=other, follows=first).field == "follows"
    assert booked(11, follows=first).follows == first


def test_what_an_offer_kept_is_free_once_it_has_run_out(booked, refused, world, priya, hair_removal, at):
    waiting = booked(9)
    offer = Offer.objects.create(
        branch=world.branch,
        customer=priya,
        appointment=waiting,
        treatment=hair_removal,
        practitioner=world.doctor,
        starts_at=at(10),
        ends_at=at(10, 45),
        held_until=timezone.now() + datetime.timedelta(minutes=30),
    )
    hold = Hold.objects.create(offer=offer, resource=world.doctor.resource, during=(at(10), at(10, 45)))
    assert "kept for somebody on the waitlist until" in str(refused(10))
    Offer.objects.filter(pk=offer.pk).update(held_until=timezone.now() - datetime.timedelta(seconds=1))
    booked(10)
    hold.refresh_from_db()
    assert hold.released_at
