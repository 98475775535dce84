"""A day is marked off while the desk books into it. Either the booking is among the hits, or it is refused."""

import datetime
from threading import Barrier

import pytest

from appointments import absences, domain, places
from appointments.models import Appointment
from clinic import locks
from clinic.refusals import Refusal
from staff.domain import time_off
from staff.models import TimeOff
from tests import factories
from tests.race import race

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
WEDNESDAY = datetime.date(2026, 3, 4)
DESKS = 6


@pytest.fixture
def contest(world, at):
    """One marks the doctor off on Wednesday while desks book that day; the hits that the marker then sees."""
    treatment = factories.treatment(world.branch)
    customers = [factories.customer(world.branch, world.receptionist) for _ in range(DESKS)]

    def book(number: int):
        return lambda: domain.book(
            by=world.receptionist,
            branch=world.branch,
            customer=customers[number],
            practitioner=world.doctor,
            treatment=treatment,
            starts_at=at(9 + number if number < 4 else 10 + number, days=1),
        )

    def mark():
        made = domain.mark_off(
            by=world.owner,
            branch=world.branch,
            person=world.doctor.user,
            first_day=WEDNESDAY,
            last_day=WEDNESDAY,
        )
        return made, absences.hit_by(made, user=world.owner, branch=world.branch)

    def run() -> tuple[set, set]:
        """Booked, and seen among the hits by whoever marked the day off."""
        results = race(mark, *(book(number) for number in range(DESKS)))
        strange = [each for each in results[1:] if not isinstance(each, Appointment | Refusal)]
        assert strange == [] and isinstance(results[0], tuple), results
        booked = {each.pk for each in results[1:] if isinstance(each, Appointment)}
        return booked, {visit.pk for visit in results[0][1]}

    return run


def test_every_booking_is_among_the_hits_or_refused(contest):
    booked, hits = contest()
    assert booked == hits
    assert TimeOff.objects.approved().count() == 1


def test_the_control_without_locks_leaves_visits_nobody_sees(contest, monkeypatch):
    """Everybody has read before anybody writes, and the marker looks for hits before the desks commit."""
    for module in (places, locks):
        monkeypatch.setattr(module, "lock_resources", lambda ids: None)
    everybody_has_read = Barrier(DESKS + 1)
    marked = Barrier(DESKS + 1)
    number, refuse, look = domain.booking.take_numbers, time_off.refuse_overlap, absences.hit_by

    def number_later(*given, **named):
        """What a booking does between deciding and writing."""
        everybody_has_read.wait(20)
        marked.wait(20)
        return number(*given, **named)

    def refuse_and_wait(*given):
        refuse(*given)
        everybody_has_read.wait(20)

    def look_and_tell(*given, **named):
        found = look(*given, **named)
        marked.wait(20)
        return found

    monkeypatch.setattr(domain.booking, "take_numbers", number_later)
    monkeypatch.setattr(time_off, "refuse_overlap", refuse_and_wait)
    monkeypatch.setattr(absences, "hit_by", look_and_tell)
    booked, hits = contest()
    assert len(booked) == DESKS and hits == set()
