"""Moving a visit: its time, length, practitioner, room; what a refused move leaves alone."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from appointments import domain
from appointments.models import Appointment
from clinic.models import Branch, Event, OutOfService, Resource
from clinic.refusals import Refusal
from packages.models import TreatmentResource
from staff.models import TimeOff
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)


@pytest.fixture
def move(world):
    """Moves a visit, by default to where it is."""

    def to(visit: Appointment, starts_at=None, **changes) -> Appointment:
        wish = {
            "by": world.receptionist,
            "appointment": visit,
            "starts_at": starts_at or visit.starts_at,
            "version": visit.version,
        }
        return domain.reschedule(**wish | changes)

    return to


@pytest.fixture
def refused(move):
    def refuse(visit, *wish, **changes) -> Refusal:
        before = _stands(visit)
        with pytest.raises(Refusal) as refusal:
            move(visit, *wish, **changes)
        assert _stands(visit) == before
        return refusal.value

    return refuse


def _stands(visit: Appointment) -> list:
    now = Appointment.objects.get(pk=visit.pk)
    held = visit.holds.filter(released_at=None).order_by("resource").values_list("resource", "during")
    return [now.version, now.starts_at, now.ends_at, now.practitioner_id, now.history.count(), list(held)]


@pytest.fixture
def rooms(world, hair_removal):
    some = [Resource.objects.create(branch=world.branch, kind="room", name=f"Room {n}") for n in (1, 2)]
    for room in some:
        TreatmentResource.objects.create(treatment=hair_removal, resource=room)
    return some


def held(visit: Appointment) -> dict[Resource, tuple]:
    rows = visit.holds.filter(released_at=None).select_related("resource")
    return {hold.resource: (hold.during.lower, hold.during.upper) for hold in rows}


def test_to_where_it_is_nothing_happens(booked, move, rooms):
    visit = booked(10)
    before = _stands(visit)
    assert move(visit, minutes=45, practitioner=visit.practitioner, room=rooms[0]) == visit
    assert _stands(visit) == before
    assert not Event.objects.filter(verb="appointment.rescheduled").exists()


def test_a_visit_is_made_longer_and_shorter(booked, move, at, laser):
    visit = move(booked(10), minutes=60)
    assert visit.ends_at == at(11) and held(visit)[laser] == (at(10), at(11))
    assert move(visit, minutes=30).ends_at == at(10, 30)


def test_a_visit_that_has_begun_to_be_late_still_changes_length_and_room(booked, move, at, rooms, refused):
    visit = booked(10)
    with time_machine.travel(at(10, 10), tick=False):
        visit = move(visit, minutes=30, room=rooms[1])
        assert "has passed" in str(refused(visit, at(10, 5)))
    assert rooms[1] in held(visit)


def test_a_longer_visit_that_meets_the_next_is_refused(booked, refused, at):
    visit = booked(10)
    booked(10, 45)
    refusal = refused(visit, minutes=60)
    assert "already has a visit" in str(refusal) and refusal.offers[0] == at(11, 30)


@pytest.mark.parametrize("minutes", [0, 25 * 60])
def test_an_absurd_length_is_refused(booked, refused, minutes):
    assert refused(booked(10), minutes=minutes).field == "minutes"


def test_a_room_is_chosen_and_kept(booked, move, at, rooms):
    visit = booked(10)
    assert rooms[0] in held(visit)
    visit = move(visit, room=rooms[1])
    assert rooms[1] in held(visit) and rooms[0] not in held(visit)
    visit = move(visit, at(11))
    assert rooms[1] in held(visit), "what isn't given stays"


def test_a_taken_room_is_refused_by_name(booked, refused, rooms, world, at):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    peel = factories.treatment(world.branch, name="Peel", needs=rooms[1])
    booked(10, practitioner=other, treatment=peel)
    assert str(refused(booked(10), room=rooms[1])) == "Room 2 is in use at that time."


def test_a_room_that_does_not_suit_is_refused(booked, refused, rooms, world):
    visit = booked(10)
    kitchen = Resource.objects.create(branch=world.branch, kind="room", name="Kitchen")
    assert "Kitchen" in str(refused(visit, room=kitchen)) and refused(visit, room=kitchen).field == "room"
    rooms[1].is_active = False
    rooms[1].save()
    assert "Room 2" in str(refused(visit, room=rooms[1]))
    far = Resource.objects.create(branch=world.elsewhere, kind="room", name="Far room")
    assert "Far room" in str(refused(visit, room=far))


def test_a_device_under_repair_is_refused_by_name(booked, refused, laser, at):
    visit = booked(10)
    OutOfService.objects.create(resource=laser, starts_at=at(14), ends_at=at(16), reason="Lamp broken")
    refusal = refused(visit, at(15))
    assert "Diode laser is out of service" in str(refusal) and "Lamp broken" in str(refusal)
    assert refusal.offers[0] == at(16)


def test_a_move_onto_leave_says_so_and_offers_other_times(booked, refused, world, at):
    TimeOff.objects.create(
        person=world.doctor.user,
        first_day=TUESDAY + datetime.timedelta(days=1),
        last_day=TUESDAY + datetime.timedelta(days=1),
        status="approved",
        asked_by=world.owner,
        decided_by=world.owner,
        decided_at=at(8),
    )
    refusal = refused(booked(10), at(10, days=1))
    assert "Dr. Vivek Kapoor is on leave on Wednesday 4 March" in str(refusal)
    assert refusal.offers[0] == at(9, days=2)


def test_who_has_left_takes_over_no_visit(booked, refused, world):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    other.user.is_active = False
    other.user.save()
    assert "takes no bookings" in str(refused(booked(10), practitioner=other))


def test_a_move_into_the_night_or_a_missing_hour_is_refused(booked, refused, world, at):
    visit = booked(10)
    assert "open from 09:00 to 19:00" in str(refused(visit, at(23, 30)))
    Branch.objects.filter(pk=world.branch.pk).update(time_zone="Europe/Berlin")
    night = datetime.datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert "There is no 02:30 on that day" in str(refused(visit, night))


@pytest.mark.parametrize("status", ["requested", "waitlisted"])
def test_who_has_no_place_is_not_moved(booked, refused, at, status, world):
    visit = booked(10)
    Appointment.objects.filter(pk=visit.pk).update(status=status)
    refused(visit, at(11))


def test_the_interval_holds_for_a_move_too(booked, refused, move, hair_removal, at):
    hair_removal.min_interval_days = 7
    hair_removal.save()
    booked(10)
    visit = booked(10, days=8)
    refusal = refused(visit, at(10, days=5))
    assert "The earliest day is 10 March 2026" in str(refusal) and refusal.offers[0] == at(9, days=7)
    assert move(visit, at(9, days=7)).starts_at == at(9, days=7)


def test_an_overlap_is_said_only_to_who_asks(booked, refused, move, world, at):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    booked(14, practitioner=other, treatment=factories.treatment(world.branch, name="Peel"))
    visit = booked(10)
    assert "already has a visit then: Peel" in str(refused(visit, at(14), despite_overlap=False))
    move(visit, at(14))
