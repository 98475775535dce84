"""Many desks at one queue. The control runs show that each race would go wrong if nobody stood in line."""

import datetime
from collections import Counter
from threading import Barrier

import pytest
from django.utils import timezone

from appointments import domain, floor
from appointments.domain import queue
from appointments.models import Appointment, QueueEntry
from clinic.refusals import Refusal
from tests import factories
from tests.race import PATIENCE, race

CLIENTS = 8
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def doctors(world):
    return [world.doctor, factories.practitioner(world.branch, full_name="Reena Rao", username="rao")]


@pytest.fixture
def arrive(world):
    treatment = factories.treatment(world.branch, minutes=5)

    def made(practitioner, customer=None) -> Appointment:
        now = timezone.now()
        return Appointment.objects.create(
            number=factories.number(), branch=world.branch, practitioner=practitioner, treatment=treatment,
            customer=customer or factories.customer(world.branch, world.receptionist),
            starts_at=now, ends_at=now + datetime.timedelta(minutes=5), status="arrived", arrived_at=now,
            booked_by=world.receptionist,
        )  # fmt: skip

    return made


@pytest.fixture
def entered(world, arrive):
    return lambda *who: domain.enter_queue(by=world.receptionist, appointment=arrive(*who))


def sort(results: list) -> tuple[list[QueueEntry], list[Refusal]]:
    strange = [result for result in results if not isinstance(result, QueueEntry | Refusal)]
    assert strange == []
    return (
        [result for result in results if isinstance(result, QueueEntry)],
        [result for result in results if isinstance(result, Refusal)],
    )


def calls(world, count: int, **whom) -> list[QueueEntry]:
    return sort(race(*[lambda: domain.call(by=world.receptionist, **whom)] * count))


@pytest.fixture
def nobody_lines_up(monkeypatch):
    """The guard away: all have read before any of them writes."""

    def away(parties: int) -> None:
        everybody_has_read, read = Barrier(parties), floor.read

        def read_and_wait(branch):
            now = read(branch)
            everybody_has_read.wait(PATIENCE)
            return now

        monkeypatch.setattr(queue, "_line_up", lambda branch: None)
        monkeypatch.setattr(floor, "read", read_and_wait)

    return away


def test_desks_that_call_the_next_call_different_people(world, entered):
    for _ in range(CLIENTS - 2):
        entered(world.doctor)
    called, told = calls(world, CLIENTS, practitioner=world.doctor)
    assert len({entry.pk for entry in called}) == len(called) == CLIENTS - 2
    assert [str(refusal) for refusal in told] == ["Nobody waits for Dr. Vivek Kapoor."] * 2


def test_the_control_calls_one_person_from_every_desk(world, entered, nobody_lines_up):
    for _ in range(CLIENTS):
        entered(world.doctor)
    nobody_lines_up(CLIENTS)
    called, _told = calls(world, CLIENTS, practitioner=world.doctor)
    assert len(called) == CLIENTS
    assert len({entry.pk for entry in called}) == 1


def test_two_desks_that_choose_one_person_call_them_once(world, entered):
    entry = entered(world.doctor)
    called, told = calls(world, 2, entry=entry)
    assert (len(called), len(told)) == (1, 1)
    assert "has been called already" in str(told[0])
    entry.refresh_from_db()
    assert entry.call_count == 1


def both_doors(world, doctors) -> list[QueueEntry]:
    calls = [
        lambda doctor=doctor: domain.call(by=world.receptionist, practitioner=doctor) for doctor in doctors
    ]
    return sort(race(*calls))[0]


def test_nobody_is_called_to_two_doors_at_once(world, doctors, entered):
    priya = factories.customer(world.branch, world.receptionist)
    for doctor in doctors:
        entered(doctor, priya)
    assert len(both_doors(world, doctors)) == 1


def test_the_control_calls_one_person_to_two_doors(world, doctors, entered, nobody_lines_up):
    priya = factories.customer(world.branch, world.receptionist)
    for doctor in doctors:
        entered(doctor, priya)
    nobody_lines_up(2)
    assert len(both_doors(world, doctors)) == 2


def test_tokens_given_at_once_are_all_different(world, arrive):
    visits = [arrive(world.doctor) for _ in range(CLIENTS)]
    entries, _told = sort(
        race(*[lambda v=v: domain.enter_queue(by=world.receptionist, appointment=v) for v in visits])
    )
    assert sorted(entry.token for entry in entries) == [f"A{number + 1}" for number in range(CLIENTS)]


def test_the_control_gives_a_token_twice(world, arrive, monkeypatch):
    visits = [arrive(world.doctor) for _ in range(2)]
    domain.enter_queue(by=world.receptionist, appointment=arrive(world.doctor))  # the day's row is there
    both_have_read, real = Barrier(2), queue.QueueDay.objects.get_or_create

    def get_and_wait(**wish):
        found = real(**wish)
        both_have_read.wait(PATIENCE)
        return found

    monkeypatch.setattr(queue, "_line_up", lambda branch: None)
    monkeypatch.setattr(queue.QueueDay.objects, "get_or_create", get_and_wait)
    results = race(*[lambda v=v: domain.enter_queue(by=world.receptionist, appointment=v) for v in visits])
    kinds = Counter(type(result).__name__ for result in results)
    assert kinds == {"QueueEntry": 1, "IntegrityError": 1}, "the constraint is the net"


def test_crossing_hand_overs_do_not_wait_in_a_ring(world, doctors, arrive):
    """Each doctor finishes first parts whose second parts go to the other, while desks call for both."""
    firsts = []
    for place in range(CLIENTS):
        priya = factories.customer(world.branch, world.receptionist)
        first = arrive(doctors[place % 2], priya)
        second = arrive(doctors[(place + 1) % 2], priya)
        Appointment.objects.filter(pk=second.pk).update(first_part=first, part_number=2)
        firsts.append(domain.enter_queue(by=world.receptionist, appointment=first).appointment)
    finish = [
        lambda first=first: domain.complete(by=world.doctor.user, appointment=first, note="")
        for first in firsts
    ]
    call = [
        lambda doctor=doctor: domain.call(by=world.receptionist, practitioner=doctor) for doctor in doctors
    ]
    results = race(*finish, *call, *call)
    assert [one for one in results if not isinstance(one, Appointment | QueueEntry | Refusal)] == []
    assert Appointment.objects.filter(part_number=2, status="in_queue").count() == CLIENTS
