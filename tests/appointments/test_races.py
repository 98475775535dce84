"""Many desks at once. The control run shows that these races would find a double booking if nothing prevented it."""

import datetime
from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import connections
from django.db.models import Count

from appointments import availability, domain, places
from appointments.models import Appointment, Hold
from clinic.models import Resource
from clinic.refusals import Refusal
from packages.models import TreatmentResource
from tests import factories
from tests.race import race

CLIENTS = 16
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def customers(world):
    """Each desk books its own, so that no lock on a customer hides the race for the resources."""
    return [factories.customer(world.branch, world.receptionist) for _ in range(CLIENTS)]


@pytest.fixture
def treatment(world, hair_removal):
    """Needs a doctor, a room and a device."""
    room = Resource.objects.create(branch=world.branch, kind="room", name="Room 1")
    TreatmentResource.objects.create(treatment=hair_removal, resource=room)
    return hair_removal


@pytest.fixture
def wants(world, customers, treatment):
    """One desk's wish for a time, by the number of the desk."""

    def wish(desk: int, starts_at: datetime.datetime, **changes) -> Callable[[], Appointment]:
        values = {
            "by": world.receptionist,
            "branch": world.branch,
            "customer": customers[desk],
            "practitioner": world.doctor,
            "treatment": treatment,
            "starts_at": starts_at,
        }
        return lambda: domain.book(**values | changes)

    return wish


def sort(results: list) -> tuple[list[Appointment], list[Refusal]]:
    """Winners and losers; anything else, a deadlock say, is a failure."""
    strange = [result for result in results if not isinstance(result, Appointment | Refusal)]
    assert strange == []
    return (
        [result for result in results if isinstance(result, Appointment)],
        [result for result in results if isinstance(result, Refusal)],
    )


def overlapping_holds() -> int:
    """Pairs of unreleased holds of one resource that overlap."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM appointments_hold a JOIN appointments_hold b USING (resource_id)"
            " WHERE a.id < b.id AND a.during && b.during AND a.released_at IS NULL AND b.released_at IS NULL"
        )
        return cursor.fetchone()[0]


def test_of_sixteen_desks_one_gets_the_time_and_the_others_are_offered_another(wants, at):
    winners, losers = sort(race(*(wants(desk, at(10)) for desk in range(CLIENTS))))
    assert len(winners) == 1
    assert len(losers) == CLIENTS - 1
    assert all(loser.offers[0] == at(10, 45) for loser in losers)
    assert Hold.objects.count() == 3 and Appointment.objects.count() == 1


def test_crossing_wishes_for_three_resources_do_not_deadlock(world, wants, treatment, at):
    """Two doctors, one room, two devices, half an hour apart: every order of wanting them."""
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    second = factories.treatment(
        world.branch, minutes=45, needs=factories.device(world.branch, "Alexandrite")
    )
    TreatmentResource.objects.create(treatment=second, resource=Resource.objects.get(name="Room 1"))
    winners, losers = sort(
        race(
            *(
                wants(
                    desk,
                    at(10) if desk % 3 else at(10, 30),
                    practitioner=(world.doctor, other)[desk % 2],
                    treatment=(treatment, second)[desk // 2 % 2],
                )
                for desk in range(CLIENTS)
            )
        )
    )
    assert len(winners) == 1, "the room is one"
    assert len(losers) == CLIENTS - 1
    assert overlapping_holds() == 0


def test_hot_slots_are_given_once_each(wants, at):
    for hour in (9, 11, 14, 16):
        winners, _losers = sort(race(*(wants(desk, at(hour)) for desk in range(CLIENTS))))
        assert len(winners) == 1, hour
    most = Appointment.objects.values("starts_at").annotate(count=Count("id")).values_list("count", flat=True)
    assert list(most) == [1, 1, 1, 1] and overlapping_holds() == 0


def test_two_desks_moving_one_visit_leave_it_in_one_place(world, wants, at):
    visit = wants(0, at(10))()

    def move(hour: int) -> Callable[[], Appointment]:
        return lambda: domain.reschedule(
            by=world.receptionist, appointment=visit, starts_at=at(hour), version=visit.version
        )

    winners, losers = sort(race(move(14), move(16)))
    assert (len(winners), len(losers)) == (1, 1)
    assert visit.holds.filter(released_at=None).count() == 3
    assert overlapping_holds() == 0


def test_two_people_completing_one_visit_count_it_once(world, wants, treatment, at):
    from inventory.models import Movement

    gel = factories.item(world.branch)
    factories.consumable(treatment, gel)
    factories.batch(gel, world.branch, world.owner, quantity=10)
    visit = domain.check_in(by=world.receptionist, appointment=wants(0, at(10))())
    winners, losers = sort(
        race(*[lambda: domain.complete(by=world.doctor.user, appointment=visit, note="")] * 4)
    )
    assert (len(winners), len(losers)) == (1, 3)
    assert Movement.objects.filter(kind="consumption").count() == 1


def test_the_control_without_locks_and_constraint_books_twice(wants, at, monkeypatch):
    """The same race with the guards away: every desk reads before any of them writes."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_hold DROP CONSTRAINT hold_resource_in_one_place")
    monkeypatch.setattr(places, "lock_resources", lambda ids: None)
    everybody_has_read, read = Barrier(CLIENTS), availability.read

    def read_and_wait(**wish):
        diary = read(**wish)
        everybody_has_read.wait(20)
        return diary

    monkeypatch.setattr(availability, "read", read_and_wait)
    winners, _losers = sort(race(*(wants(desk, at(10)) for desk in range(CLIENTS))))
    assert len(winners) == CLIENTS
    assert overlapping_holds() > 0
