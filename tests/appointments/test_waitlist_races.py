"""An offered time has one winner, whoever comes at once. The control takes the locks and the constraint away."""

from threading import Barrier

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from appointments import domain, offers, places, proofs
from appointments.domain import offers as verbs
from appointments.matching import When
from appointments.models import Appointment, Hold, Offer
from clinic.models import Event
from clinic.refusals import Refusal
from tests import factories
from tests.race import race

from .conftest import TUESDAY

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DESKS = 6


@pytest.fixture
def waiting(world, hair_removal):
    def wait() -> Appointment:
        return domain.join_waitlist(
            by=world.receptionist, branch=world.branch, treatment=hair_removal, practitioner=world.doctor,
            customer=factories.customer(world.branch, world.receptionist), when=When(TUESDAY, TUESDAY),
        )  # fmt: skip

    return wait


@pytest.fixture
def offered(world, waiting, at):
    return domain.offer(
        by=world.receptionist, branch=world.branch, practitioner=world.doctor, appointment=waiting(), starts_at=at(10)
    )  # fmt: skip


def sort(results: list, kind: type) -> tuple[list, list[Refusal]]:
    strange = [each for each in results if not isinstance(each, kind | Refusal | None)]
    assert strange == []
    return [each for each in results if isinstance(each, kind)], [
        each for each in results if isinstance(each, Refusal)
    ]


def overlapping() -> int:
    rows = list(Hold.objects.filter(released_at=None).values_list("resource", "during"))
    return sum(
        one[0] == other[0] and one[1].lower < other[1].upper and other[1].lower < one[1].upper
        for place, one in enumerate(rows)
        for other in rows[:place]
    )


def faults() -> list[str]:
    return [*proofs.places(), *proofs.let_go()]


def test_of_many_desks_that_accept_one_does(world, offered):
    results = race(*[lambda: domain.accept(by=world.receptionist, offer=offered)] * DESKS)
    winners, losers = sort(results, Appointment)
    assert (len(winners), len(losers)) == (1, DESKS - 1)
    assert all("accepted already" in loser.message for loser in losers)
    assert faults() == [] and overlapping() == 0


def test_accepting_and_declining_at_once_leaves_one_answer(world, offered):
    results = race(
        lambda: domain.accept(by=world.receptionist, offer=offered),
        lambda: domain.decline(by=world.receptionist, offer=offered),
    )
    assert sum(isinstance(each, Refusal) for each in results) == 1
    offered.refresh_from_db()
    assert (offered.status == "accepted") == isinstance(results[0], Appointment)
    assert faults() == []


def test_accepting_and_running_out_at_once_leaves_one_answer(world, offered, monkeypatch):
    """Each believes in its own clock: to the desk the offer is good, to the job it is over."""
    Offer.objects.filter(pk=offered.pk).update(held_until=timezone.now())
    monkeypatch.setattr(verbs, "_check_in_time", lambda offer: None)
    results = race(lambda: domain.accept(by=world.receptionist, offer=offered), domain.expire)
    offered.refresh_from_db()
    if offered.status == "accepted":
        assert isinstance(results[0], Appointment) and results[1] == []
    else:
        assert isinstance(results[0], Refusal) and [one.pk for one in results[1]] == [offered.pk]
    assert faults() == []


def test_a_desk_that_books_as_the_offer_runs_out_and_one_that_accepts_do_not_both_get_it(
    world, offered, booked, at
):
    with time_machine.travel(offered.held_until, tick=True):
        other = factories.customer(world.branch, world.receptionist)
        results = race(
            lambda: domain.accept(by=world.receptionist, offer=offered), lambda: booked(10, customer=other)
        )
        winners, _losers = sort(results, Appointment)
        assert len(winners) <= 1 and overlapping() == 0
        domain.expire()
    assert faults() == []


def test_many_offers_of_one_time_leave_one(world, waiting, at):
    people = [waiting() for _ in range(DESKS)]

    def make(visit: Appointment):
        return lambda: domain.offer(
            by=world.receptionist, branch=world.branch, practitioner=world.doctor, appointment=visit, starts_at=at(10)
        )  # fmt: skip

    made, refused = sort(race(*map(make, people)), Offer)
    assert (len(made), len(refused)) == (1, DESKS - 1)
    assert faults() == [] and overlapping() == 0


def test_two_jobs_at_once_offer_a_time_once(world, waiting, booked, at):
    visit = booked(15)
    waiting(), waiting()
    with time_machine.travel(at(9, 5), tick=True):
        domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
        race(domain.offer_freed, domain.offer_freed, domain.offer_freed)
    assert overlapping() == 0 and faults() == []
    spans = [(one.starts_at, one.ends_at) for one in Offer.objects.filter(status="held")]
    assert len(spans) == 1


def test_the_control_without_locks_and_constraint_gives_the_offered_time_away(
    world, waiting, at, monkeypatch
):
    """The race for one time, with the guards away: all read before any writes."""
    people = [waiting() for _ in range(DESKS)]
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_hold DROP CONSTRAINT hold_resource_in_one_place")
    for module in (places, offers):
        monkeypatch.setattr(module, "lock_resources", lambda ids: None)
    everybody_has_read, read = Barrier(DESKS), places.diary_of

    def read_and_wait(ask):
        diary = read(ask)
        everybody_has_read.wait(20)
        return diary

    monkeypatch.setattr(places, "diary_of", read_and_wait)

    def make(visit: Appointment):
        return lambda: domain.offer(
            by=world.receptionist, branch=world.branch, practitioner=world.doctor, appointment=visit, starts_at=at(10)
        )  # fmt: skip

    made, _refused = sort(race(*map(make, people)), Offer)
    assert len(made) == DESKS and overlapping() > 0


def test_the_control_without_the_offers_lock_answers_twice(world, offered, monkeypatch):
    """Two desks that both take the offer for open."""
    both = Barrier(2)

    def unlocked(offer: Offer) -> Offer:
        seen = Offer.objects.select_related(*offers.WITH_ALL).get(pk=offer.pk)
        both.wait(20)
        return seen

    monkeypatch.setattr(verbs, "_locked", unlocked)
    race(*[lambda: domain.decline(by=world.receptionist, offer=offered)] * 2)
    assert Event.objects.filter(verb="offer.declined").count() == 2, "it is told twice"
