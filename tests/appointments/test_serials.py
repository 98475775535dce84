"""Shifts by serial numbers and open queues: numbers, arrival times, caps, priority, and who holds the doctor."""

import datetime

import pytest
import time_machine

from appointments import domain
from appointments.models import Appointment, BookingRules, Hold, Sitting, Wish
from clinic.models import Holiday
from clinic.refusals import Refusal
from staff.models import Shift, TimeOff
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)


@pytest.fixture
def shift(world):
    """Tuesdays 11 to 17 without a break: two people per half hour."""
    shift = world.doctor.weekly_hours.get(weekday=1)
    shift.starts, shift.ends = datetime.time(11), datetime.time(17)
    shift.break_starts = shift.break_ends = None
    shift.mode, shift.slot_minutes, shift.per_slot = Shift.Mode.SERIAL, 30, 2
    shift.save()
    world.branch.hours.update(break_starts=None, break_ends=None)
    return shift


@pytest.fixture
def consultation(world):
    return factories.treatment(world.branch, category="consultation", minutes=15, name="Consultation")


@pytest.fixture
def come(world, shift, booked, consultation):
    """Books whoever comes next, each a person of their own."""

    def book(**changes) -> Appointment:
        wish = {
            "customer": factories.customer(world.branch, world.receptionist),
            "treatment": consultation,
            "starts_at": None,
            "day": TUESDAY,
        }
        return booked(**wish | changes)

    return book


def holds(world) -> list[tuple]:
    rows = Hold.objects.filter(resource=world.doctor.resource, released_at=None).order_by("during")
    return [(hold.during.lower, hold.during.upper) for hold in rows]


def test_numbers_count_up_and_two_come_per_half_hour(come, at, world):
    visits = [come() for _ in range(5)]
    assert [visit.serial for visit in visits] == [1, 2, 3, 4, 5]
    assert [visit.starts_at for visit in visits] == [at(11), at(11), at(11, 30), at(11, 30), at(12)]
    assert visits[0].ends_at == at(11, 30), "a slot's length, whatever the treatment's"
    assert Sitting.objects.get().last_serial == 5


def test_the_people_of_one_half_hour_share_one_hold_of_the_doctor(come, at, world):
    first, second, third = come(), come(), come()
    assert holds(world) == [(at(11), at(11, 30)), (at(11, 30), at(12))]
    domain.cancel(by=world.receptionist, appointment=first, reason="Unwell")
    assert len(holds(world)) == 2, "somebody else still comes then"
    domain.cancel(by=world.receptionist, appointment=second, reason="Unwell")
    assert holds(world) == [(at(11, 30), at(12))]
    domain.cancel(by=world.receptionist, appointment=third, reason="Unwell")
    assert holds(world) == []


def test_a_number_is_never_given_twice(come, world):
    """Five booked, three cancelled: the next is six."""
    visits = [come() for _ in range(5)]
    for visit in visits[1:4]:
        domain.cancel(by=world.receptionist, appointment=visit, reason="Unwell")
    assert come().serial == 6


def test_the_time_of_the_form_does_not_matter_in_a_serial_shift(come, at):
    assert come(starts_at=at(14, 45)).starts_at == at(11)


def test_who_comes_late_is_given_the_present_time(come, at):
    with time_machine.travel(at(15, 7), tick=False):
        visit = come(is_walk_in=True)
    assert (visit.serial, visit.starts_at, visit.arrived_at) == (1, at(15, 7), at(15, 7))


@pytest.mark.parametrize("overflow", ["stop", "waitlist", "last"])
def test_after_the_cap_the_shifts_rule_holds(come, shift, overflow, at, world):
    shift.cap, shift.overflow = 3, overflow
    shift.save()
    visits = [come() for _ in range(3)]
    if overflow == "stop":
        with pytest.raises(Refusal, match="Kapoor from 11:00 to 17:00 on Tuesday 3 March is full"):
            come()
        return
    late = come()
    if overflow == "last":
        assert (late.serial, late.starts_at) == (4, at(16, 30))
        return
    assert (late.status, late.serial, late.sitting, late.holds.count()) == ("waitlisted", None, None, 0)
    assert Wish.objects.get().appointment == late and Wish.objects.get().first_day == TUESDAY
    assert [change.verb for change in late.history.all()] == ["waitlist"]
    domain.cancel(by=world.receptionist, appointment=visits[0], reason="Unwell")
    assert come().serial == 4, "the cap counts people: one left, one more comes"


def test_without_a_cap_a_shift_takes_as_many_as_its_slots(come, shift, at):
    shift.ends, shift.overflow = datetime.time(12), "last"
    shift.save()
    visits = [come() for _ in range(5)]
    assert [visit.starts_at for visit in visits[3:]] == [at(11, 30), at(11, 30)]


def test_a_hundred_people_are_no_matter_of_the_daily_cap_of_times(come, world):
    BookingRules.objects.create(branch=world.branch, daily_cap=1)
    assert [come().serial, come().serial] == [1, 2]
    world.doctor.daily_cap = 2
    world.doctor.save()
    with pytest.raises(Refusal, match="is full"):
        come()


def test_a_closed_day_gives_no_numbers(come, world):
    Holiday.objects.create(branch=world.branch, day=TUESDAY, name="Holi")
    with pytest.raises(Refusal, match="is closed on Tuesday 3 March: Holi"):
        come()
    assert not Sitting.objects.exists()


def test_nobody_gets_a_number_of_a_shift_that_is_over(come, at):
    with time_machine.travel(at(17, 1), tick=False), pytest.raises(Refusal, match="passed"):
        come()


def test_a_morning_off_moves_the_numbers_to_the_afternoon(come, world, at):
    TimeOff.objects.create(
        person=world.doctor.user,
        first_day=TUESDAY,
        last_day=TUESDAY,
        part="morning",
        status="approved",
        asked_by=world.owner,
        decided_by=world.owner,
        decided_at=at(8),
    )
    assert come().starts_at == at(13)


def test_rooms_are_held_by_each(come, world, consultation, at):
    from packages.models import TreatmentResource

    room = factories.device(world.branch, "Dermatoscope")
    TreatmentResource.objects.create(treatment=consultation, resource=room)
    first = come()
    assert [hold.resource for hold in first.holds.all()] == [room]
    with pytest.raises(Refusal, match="Dermatoscope is in use"):
        come()
    assert Sitting.objects.get().last_serial == 1, "a refusal uses up no number"


def test_priority_has_no_number_and_may_come_any_time(come, at, world):
    visit = come(priority="priority")
    assert (visit.serial, visit.starts_at, visit.sitting) == (None, at(11), Sitting.objects.get())
    assert come().serial == 1
    assert holds(world) == [(at(11), at(11, 30))]


def test_a_preferred_time_is_on_the_half_hour_the_end_of_the_shift_included(come, at):
    assert come(priority="priority", starts_at=at(14, 30)).starts_at == at(14, 30)
    assert come(priority="priority", starts_at=at(17)).starts_at == at(17)
    for hour, minute in ((14, 15), (14, 45)):
        with pytest.raises(Refusal, match="on the hour or the half hour"):
            come(priority="priority", starts_at=at(hour, minute))
    with pytest.raises(Refusal, match="works from 11:00 to 17:00"):
        come(priority="priority", starts_at=at(17, 30))


def test_priority_visits_have_a_cap_of_their_own(come, world, at):
    BookingRules.objects.create(branch=world.branch, priority_cap=1)
    come(priority="priority")
    with pytest.raises(Refusal, match="1 priority visits on that day already"):
        come(priority="priority")
    assert come().serial == 1


def test_an_emergency_needs_a_reason_and_is_written_down(come, at, world):
    with pytest.raises(Refusal, match="Say why this visit can't wait"):
        come(priority="emergency")
    with time_machine.travel(at(12, 40), tick=False):
        visit = come(priority="emergency", priority_reason="Burn after laser")
    assert (visit.starts_at, visit.serial) == (at(12, 40), None)
    assert visit.history.get().note == "Burn after laser"
    assert holds(world) == [(at(12, 30), at(13)), (at(13), at(13, 30))]


def test_moved_within_its_sitting_a_visit_keeps_its_number(come, at, world):
    come()
    visit = come()
    moved = domain.reschedule(
        by=world.receptionist, appointment=visit, starts_at=at(14, 10), version=visit.version
    )
    assert (moved.serial, moved.starts_at) == (2, at(14))
    assert holds(world) == [(at(11), at(11, 30)), (at(14), at(14, 30))]
    assert come().serial == 3


def test_moved_to_another_day_it_gets_the_next_number_there(come, at, world, shift):
    wednesday = world.doctor.weekly_hours.get(weekday=2)
    wednesday.mode, wednesday.slot_minutes, wednesday.per_slot = Shift.Mode.SERIAL, 30, 2
    wednesday.save()
    come(day=TUESDAY + datetime.timedelta(days=1))
    visit, other = come(), come()
    moved = domain.reschedule(
        by=world.receptionist, appointment=visit, starts_at=at(9, days=1), version=visit.version
    )
    assert (moved.serial, moved.starts_at) == (2, at(9, days=1))
    assert come().serial == 3, "the number it had is not given again"
    other.refresh_from_db()
    assert other.serial == 2


def test_moved_into_a_shift_with_times_it_holds_the_doctor_itself(come, at, world):
    visit = come()
    moved = domain.reschedule(
        by=world.receptionist, appointment=visit, starts_at=at(10, days=1), version=visit.version
    )
    assert (moved.serial, moved.sitting, moved.minutes) == (None, None, 15)
    assert holds(world) == [(at(10, days=1), at(10, 15, days=1))]


def test_a_part_by_number_comes_when_its_number_does_and_the_next_follows(
    come, world, priya, consultation, at
):
    for _ in range(3):
        come()
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    facial = factories.treatment(world.branch, minutes=30)
    peel, after = domain.Part(facial, other), domain.Part(consultation, world.doctor)

    def book(*parts):
        visits = domain.book_visit(
            by=world.receptionist,
            branch=world.branch,
            customer=priya,
            parts=parts,
            starts_at=at(11),
            despite_overlap=True,
        )
        return [(visit.serial, visit.starts_at) for visit in visits]

    assert book(after, peel) == [(4, at(11, 30)), (None, at(12))]
    assert book(peel, after) == [(None, at(11)), (5, at(12))], "its own number's time"
    third = factories.practitioner(world.branch, full_name="Imran Sheikh", username="sheikh")
    long = domain.Part(facial, third, minutes=120)
    assert book(long, after)[1] == (6, at(13)), "its number would let it in at half past twelve"


def test_an_open_queue_has_no_numbers_and_a_cap(come, shift, at):
    shift.mode, shift.cap = Shift.Mode.QUEUE, 2
    shift.save()
    visits = [come(), come()]
    assert [(visit.serial, visit.starts_at) for visit in visits] == [(None, at(11)), (None, at(11))]
    with pytest.raises(Refusal, match="is full"):
        come()


def test_a_visit_from_before_the_shift_was_by_numbers_keeps_its_time(come, shift, booked, world, at):
    shift.mode = Shift.Mode.SLOT
    shift.save()
    booked(11, 15, treatment=factories.treatment(world.branch, minutes=15))
    shift.mode = Shift.Mode.SERIAL
    shift.save()
    assert come().starts_at == at(11)
    assert holds(world) == [(at(11), at(11, 15)), (at(11, 15), at(11, 30))]


def test_the_database_refuses_a_number_given_twice(come):
    from django.db import IntegrityError

    first, second = come(), come()
    second.serial = first.serial
    with pytest.raises(IntegrityError, match="appointment_serial_never_again"):
        second.save()


@pytest.mark.parametrize("days", [0, 1])
def test_brought_back_a_visit_has_its_own_number_and_time_again(come, at, world, days):
    """However late somebody finds that it was called off by mistake."""
    first, second = come(), come()
    domain.cancel(by=world.receptionist, appointment=first, reason="Wrong name")
    third = come()
    with time_machine.travel(at(12, days=days)):
        back = domain.reinstate(by=world.receptionist, appointment=first)
    assert (back.serial, back.starts_at, back.status) == (first.serial, first.starts_at, "scheduled")
    assert len({first.serial, second.serial, third.serial}) == 3


def test_a_preferred_visit_stays_without_a_number_wherever_it_moves(come, at, world):
    visit = come(priority="priority", starts_at=at(14))
    for hour in (17, 15):
        visit = domain.reschedule(
            by=world.receptionist, appointment=visit, starts_at=at(hour), version=visit.version
        )
        assert (visit.starts_at, visit.serial) == (at(hour), None)
    assert holds(world) == [(at(15), at(15, 30))]
