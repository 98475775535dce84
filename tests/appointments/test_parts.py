"""Several treatments in one visit: one after the other, each with somebody, all of them or none."""

import datetime

import pytest

from appointments import domain
from appointments.domain import Part
from appointments.models import Appointment, Hold
from clinic.models import Resource
from clinic.refusals import Refusal
from packages.models import TreatmentResource
from tests import factories


@pytest.fixture
def facial(world):
    return factories.treatment(world.branch, name="Hydra facial", minutes=30)


@pytest.fixture
def asha(world):
    return factories.practitioner(world.branch, full_name="Asha Thomas", username="asha", role="therapist")


@pytest.fixture
def visit(world, priya, at):
    """Books parts one after the other from a local time today on."""

    def book(*parts: Part, hour: int = 10, minute: int = 0, **changes) -> list[Appointment]:
        wish = {
            "by": world.receptionist,
            "branch": world.branch,
            "customer": priya,
            "starts_at": at(hour, minute),
            "despite_overlap": True,
        }
        return domain.book_visit(parts=parts, **wish | changes)

    return book


@pytest.fixture
def refused(visit):
    def refuse(*parts, **changes) -> Refusal:
        before = Appointment.objects.count(), Hold.objects.count()
        with pytest.raises(Refusal) as refusal:
            visit(*parts, **changes)
        assert (Appointment.objects.count(), Hold.objects.count()) == before
        return refusal.value

    return refuse


def spans(resource: Resource) -> list[tuple[datetime.datetime, datetime.datetime]]:
    rows = Hold.objects.filter(resource=resource, released_at=None).order_by("during")
    return [(hold.during.lower, hold.during.upper) for hold in rows]


def test_parts_follow_each_other_without_a_gap(visit, world, hair_removal, facial, asha, at):
    laser, face = visit(Part(hair_removal, world.doctor), Part(facial, asha))
    assert (laser.starts_at, laser.ends_at) == (at(10), at(10, 45))
    assert (face.starts_at, face.ends_at) == (at(10, 45), at(11, 15))
    assert (laser.first_part, laser.part_number) == (None, 1)
    assert (face.first_part, face.part_number) == (laser, 2)
    assert spans(asha.resource) == [(at(10, 45), at(11, 15))]
    assert int(face.number[-5:]) == int(laser.number[-5:]) + 1
    assert [each.verb for each in face.history.all()] == ["book"]


def test_a_part_has_its_own_length(visit, world, hair_removal, facial, at):
    _laser, face = visit(Part(hair_removal, world.doctor, minutes=60), Part(facial, world.doctor))
    assert face.starts_at == at(11)


def test_neighbouring_parts_of_one_practitioner_or_device_meet(visit, world, hair_removal, laser, at):
    """Between them nothing is made ready; before and after the visit it is."""
    for resource in (world.doctor.resource, laser):
        resource.minutes_before, resource.minutes_after = 5, 15
        resource.save()
    legs = factories.treatment(world.branch, name="Legs", minutes=30, needs=laser)
    visit(Part(hair_removal, world.doctor), Part(legs, world.doctor))
    for resource in (world.doctor.resource, laser):
        assert spans(resource) == [(at(9, 55), at(10, 45)), (at(10, 45), at(11, 30))]


def test_the_same_device_again_after_another_part_keeps_its_buffers_apart(
    visit, world, hair_removal, facial, laser, at
):
    laser.minutes_before, laser.minutes_after = 20, 20
    laser.save()
    visit(Part(hair_removal, world.doctor), Part(facial, world.doctor), Part(hair_removal, world.doctor))
    assert spans(laser) == [(at(9, 40), at(11, 5)), (at(11, 5), at(12, 20))]


def test_a_part_keeps_the_room_of_the_one_before(visit, world, facial):
    rooms = [Resource.objects.create(branch=world.branch, kind="room", name=name) for name in ("A", "B")]
    led = factories.treatment(world.branch, name="LED", minutes=15)
    for treatment, some in ((facial, rooms[1:]), (led, rooms)):
        for room in some:
            TreatmentResource.objects.create(treatment=treatment, resource=room)
    visits = visit(Part(facial, world.doctor), Part(led, world.doctor))
    assert {part.holds.get(resource__kind="room").resource.name for part in visits} == {"B"}


def test_a_refusal_names_the_part_and_books_none(
    visit, refused, world, hair_removal, facial, asha, at, booked
):
    booked(11, practitioner=asha, treatment=facial)
    refusal = refused(Part(hair_removal, world.doctor), Part(facial, asha))
    assert str(refusal) == "Part 2, Hydra facial: Dr. Asha Thomas already has a visit at that time." or str(
        refusal
    ).startswith("Part 2, Hydra facial: Asha Thomas already has a visit")
    assert refusal.field == "time" and refusal.offers


def test_a_part_that_would_reach_into_the_break_is_refused(refused, world, hair_removal, facial):
    refusal = refused(Part(hair_removal, world.doctor), Part(facial, world.doctor), hour=12)
    assert "Part 2, Hydra facial" in str(refusal) and "break from 13:00 to 14:00" in str(refusal)


def test_a_visit_across_midnight_is_refused(refused, world, hair_removal, facial):
    refusal = refused(Part(hair_removal, world.doctor), Part(facial, world.doctor), hour=23, minute=30)
    assert "open from 09:00 to 19:00" in str(refusal)


@pytest.mark.parametrize("minutes", [0, 25 * 60])
def test_an_absurd_length_of_a_part_is_refused(refused, world, hair_removal, facial, minutes):
    refusal = refused(Part(hair_removal, world.doctor), Part(facial, world.doctor, minutes=minutes))
    assert "5 to 720 minutes" in str(refusal)


def test_a_visit_of_no_parts_is_refused(refused):
    assert refused().field == "what"


def test_cancelling_one_part_leaves_the_others(visit, world, hair_removal, facial, laser, at):
    first, second = visit(Part(hair_removal, world.doctor), Part(facial, world.doctor))
    domain.cancel(by=world.receptionist, appointment=first, reason="Skin is sunburnt")
    second.refresh_from_db()
    assert second.status == "scheduled" and spans(laser) == []
    assert spans(world.doctor.resource) == [(at(10, 45), at(11, 15))]


def test_a_walk_in_arrives_for_all_parts(visit, world, hair_removal, facial, at):
    import time_machine

    with time_machine.travel(at(10, 2), tick=False):
        parts = visit(Part(hair_removal, world.doctor), Part(facial, world.doctor), is_walk_in=True)
    assert [part.arrived_at for part in parts] == [at(10, 2), at(10, 2)]


def test_parts_of_one_visit_are_no_overlap(visit, world, hair_removal, facial, asha):
    visit(Part(hair_removal, world.doctor), Part(facial, asha), despite_overlap=False)


def test_all_parts_move_by_the_same(visit, world, hair_removal, facial, asha, at):
    laser, _face = visit(Part(hair_removal, world.doctor), Part(facial, asha))
    moved = domain.reschedule_visit(
        by=world.receptionist, appointment=laser, starts_at=at(10, 15), reason="Late", version=laser.version
    )
    assert [part.starts_at for part in moved] == [at(10, 15), at(11)]
    assert [part.history.last().verb for part in moved] == ["reschedule", "reschedule"]
    assert spans(asha.resource) == [(at(11), at(11, 30))]


def test_a_visit_moves_whole_or_not_at_all(visit, world, hair_removal, facial, asha, at, booked):
    laser, face = visit(Part(hair_removal, world.doctor), Part(facial, asha))
    booked(15, practitioner=asha, treatment=facial)
    with pytest.raises(Refusal, match=r"Part 2, Hydra facial.*already has a visit"):
        domain.reschedule_visit(
            by=world.receptionist, appointment=laser, starts_at=at(14, 15), version=laser.version
        )
    laser.refresh_from_db()
    assert laser.starts_at == at(10) and laser.history.count() == 1
    assert spans(asha.resource) == [(at(10, 45), at(11, 15)), (at(15), at(15, 30))]
    domain.check_in(by=world.receptionist, appointment=face)
    with pytest.raises(Refusal, match=r"Part 2, Hydra facial.*arrived already"):
        domain.reschedule_visit(
            by=world.receptionist, appointment=laser, starts_at=at(16), version=laser.version
        )


def test_one_part_moves_alone(visit, world, hair_removal, facial, asha, at):
    laser, face = visit(Part(hair_removal, world.doctor), Part(facial, asha))
    moved = domain.reschedule(by=world.receptionist, appointment=face, starts_at=at(16), version=face.version)
    laser.refresh_from_db()
    assert (laser.starts_at, moved.starts_at) == (at(10), at(16))
