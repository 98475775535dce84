"""Many desks at once. The control run shows that these races would find a double booking if nothing prevented it."""

import datetime
from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import OperationalError, connections
from django.db.models import Count

from appointments import domain, places, sittings
from appointments.models import Appointment, Hold, Offer, Sitting
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


def sort(results: list) -> tuple[list, list[Refusal]]:
    """Winners and losers; anything else, a deadlock say, is a failure."""
    strange = [result for result in results if not isinstance(result, Appointment | list | Refusal)]
    assert strange == []
    return (
        [result for result in results if isinstance(result, Appointment | list)],
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


@pytest.fixture(autouse=True)
def expected():
    """PostgreSQL ends a deadlock by failing one of its two; `sort` would see that, this counts them besides."""
    before, expected = deadlocks(), {"deadlocks": 0}
    yield expected
    assert deadlocks() - before == expected["deadlocks"]


def deadlocks() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
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
    everybody_has_read, read = Barrier(CLIENTS), places.diary_of

    def read_and_wait(ask):
        diary = read(ask)
        everybody_has_read.wait(20)
        return diary

    monkeypatch.setattr(places, "diary_of", read_and_wait)
    winners, _losers = sort(race(*(wants(desk, at(10)) for desk in range(CLIENTS))))
    assert len(winners) == CLIENTS
    assert overlapping_holds() > 0


@pytest.fixture
def cross(world, customers, hair_removal, at):
    """Odd desks want the laser with one and then the facial with the other, even ones the other way round."""
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    facial = factories.treatment(world.branch, minutes=45, needs=factories.device(world.branch, "Steamer"))
    laser, face = domain.Part(hair_removal, world.doctor), domain.Part(facial, other)

    def wish(desk: int) -> Callable[[], list[Appointment]]:
        return lambda: domain.book_visit(
            by=world.receptionist,
            branch=world.branch,
            customer=customers[desk],
            parts=[laser, face] if desk % 2 else [face, laser],
            starts_at=at(10) if desk % 3 else at(10, 45),
        )

    return wish


def test_visits_of_two_parts_that_cross_do_not_deadlock(cross):
    winners, losers = sort(race(*map(cross, range(CLIENTS))))
    assert 1 <= len(winners) <= 3 and len(winners) + len(losers) == CLIENTS
    assert all(loser.offers for loser in losers)
    assert Appointment.objects.count() == 2 * len(winners), "whole visits or nothing"
    assert overlapping_holds() == 0


def test_a_series_and_single_bookings_leave_whole_series_only(world, customers, wants, treatment, at):
    dates = [domain.SeriesDate(at(10, days=days), world.doctor) for days in (1, 2, 3, 4)]

    def series(desk: int) -> Callable[[], list[Appointment]]:
        return lambda: domain.book_series(
            by=world.receptionist,
            branch=world.branch,
            customer=customers[desk],
            treatment=treatment,
            dates=dates if desk % 2 else dates[::-1],
        )

    singles = [wants(desk, at(10, days=desk % 4 + 1)) for desk in range(8)]
    winners, _losers = sort(race(*singles, *map(series, range(8, CLIENTS))))
    whole = [winner for winner in winners if isinstance(winner, list)]
    assert Appointment.objects.exclude(booked_series=None).count() == 4 * len(whole)
    starts = list(Appointment.objects.values_list("starts_at", flat=True))
    assert len(starts) == len(set(starts)) == 4, "each date is given once"
    assert overlapping_holds() == 0


@pytest.fixture
def takes_a_number(world, customers):
    """One desk's wish for the next number of a shift that gives out thirty to each half hour."""
    world.doctor.weekly_hours.update(mode="serial", slot_minutes=30, per_slot=30)
    consultation = factories.treatment(world.branch, minutes=15)

    def wish(desk: int) -> Callable[[], Appointment]:
        return lambda: domain.book(
            by=world.receptionist,
            branch=world.branch,
            customer=customers[desk],
            practitioner=world.doctor,
            treatment=consultation,
        )

    return wish


def test_sixteen_desks_get_sixteen_numbers_and_one_hold(takes_a_number):
    winners, losers = sort(race(*map(takes_a_number, range(CLIENTS))))
    assert losers == []
    assert sorted(visit.serial for visit in winners) == list(range(1, CLIENTS + 1))
    assert len({visit.number for visit in winners}) == CLIENTS
    assert Hold.objects.count() == 1, "the doctor, for all of them"


def test_numbers_taken_while_others_call_off_are_never_given_twice(world, takes_a_number):
    booked = [takes_a_number(desk)() for desk in range(8)]

    def cancel(visit: Appointment) -> Callable[[], Appointment]:
        return lambda: domain.cancel(by=world.receptionist, appointment=visit, reason="Unwell")

    results, losers = sort(race(*map(cancel, booked), *map(takes_a_number, range(8, CLIENTS))))
    assert losers == []
    assert sorted(visit.serial for visit in results[8:]) == list(range(9, CLIENTS + 1))
    assert Hold.objects.filter(released_at=None).count() == 1, "eight still come"


def test_the_control_without_the_locks_gives_a_number_twice(takes_a_number, monkeypatch):
    """Everybody has read the sitting before anybody writes it."""
    takes_a_number(0)()
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_hold DROP CONSTRAINT hold_resource_in_one_place")
        cursor.execute("DROP INDEX appointment_serial_never_again")
    everybody_has_read = Barrier(CLIENTS - 1)

    def read_and_wait(ask, window):
        sitting = Sitting.objects.get()
        everybody_has_read.wait(20)
        return sitting

    for module in (places, sittings):
        monkeypatch.setattr(module, "lock_resources", lambda ids: None)
    monkeypatch.setattr(sittings, "_locked", read_and_wait)
    winners, _losers = sort(race(*map(takes_a_number, range(1, CLIENTS))))
    assert {visit.serial for visit in winners} == {2}


def test_the_control_without_one_queue_for_all_parts_deadlocks(cross, monkeypatch, expected):
    """Two visits that lock the resources of their parts one after the other wait for each other."""
    queue, both_have_one = places._queue, Barrier(2)

    def part_by_part(asks):
        ids = queue(asks[:1])
        both_have_one.wait(20)
        return ids | queue(asks[1:])

    monkeypatch.setattr(places, "_queue", part_by_part)
    results = race(cross(0), cross(1))
    assert [type(result) for result in results].count(OperationalError) == 1
    expected["deadlocks"] = 1


def test_an_offer_that_ran_out_is_booked_once(world, wants, priya, treatment, at):
    """All desks release what was kept for it; one of them gets the time."""
    offer = Offer.objects.create(
        branch=world.branch,
        customer=priya,
        appointment=wants(0, at(16))(),
        treatment=treatment,
        practitioner=world.doctor,
        starts_at=at(10),
        ends_at=at(10, 45),
        held_until=at(8),
    )
    Hold.objects.create(offer=offer, resource=world.doctor.resource, during=(at(10), at(10, 45)))
    winners, losers = sort(race(*(wants(desk, at(10)) for desk in range(CLIENTS))))
    assert (len(winners), len(losers)) == (1, CLIENTS - 1)
