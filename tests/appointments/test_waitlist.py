"""Asking, waiting, being given a time; offers, and who gets what has become free."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from appointments import domain, proofs
from appointments.matching import When
from appointments.models import Appointment, BookingRules, Hold, Offer
from clinic.models import Event
from clinic.refusals import Refusal
from packages import domain as packages
from staff import domain as staff
from tests import factories

from .conftest import TUESDAY

pytestmark = pytest.mark.django_db
DAYS = When(TUESDAY, TUESDAY + datetime.timedelta(days=1))


@pytest.fixture
def waits(world, hair_removal):
    """Somebody on the waitlist, for the doctor on these two days unless told otherwise."""

    def wait(verb=domain.join_waitlist, **changes) -> Appointment:
        wish = {
            "by": world.receptionist, "branch": world.branch, "treatment": hair_removal,
            "practitioner": world.doctor, "when": DAYS,
        }  # fmt: skip
        wish["customer"] = changes.pop("customer", None) or factories.customer(
            world.branch, world.receptionist
        )
        return verb(**wish | changes)

    return wait


@pytest.fixture
def at_nine():
    """Half an hour later, when the clinic is open."""
    with time_machine.travel(datetime.datetime(2026, 3, 3, 3, 35, tzinfo=datetime.UTC), tick=True):
        yield


@pytest.fixture
def offers(world):
    def offer(visit, starts_at, **changes) -> Offer:
        wish = {
            "by": world.receptionist, "branch": world.branch, "practitioner": world.doctor, "appointment": visit,
            "starts_at": starts_at,
        }  # fmt: skip
        return domain.offer(**wish | changes)

    return offer


def held() -> set:
    return set(Hold.objects.filter(released_at=None).values_list("offer_id", "appointment_id"))


def faults() -> list[str]:
    return [*proofs.places(), *proofs.let_go(), *proofs.sessions()]


def events() -> set[str]:
    return set(Event.objects.values_list("verb", flat=True))


def test_who_asks_is_put_on_the_list_and_then_given_a_time_under_the_same_number(world, waits, at):
    asked = waits(domain.request)
    assert (asked.status, asked.wish.first_day) == ("requested", TUESDAY)
    assert held() == set() and asked.fee is None
    waiting = domain.waitlist(by=world.receptionist, appointment=asked)
    assert waiting.status == "waitlisted"
    visit = domain.schedule(
        by=world.receptionist, appointment=waiting, practitioner=world.doctor, starts_at=at(10)
    )
    assert (visit.status, visit.number, visit.starts_at) == ("scheduled", asked.number, at(10))
    assert visit.holds.filter(released_at=None).count() == 2
    assert list(visit.history.values_list("verb", flat=True)) == ["request", "waitlist", "schedule"]
    assert {"appointment.requested", "appointment.waitlisted", "appointment.scheduled"} <= events()
    assert faults() == []


def test_without_a_name_the_first_who_gives_the_treatment_stands_for_anybody(waits, world):
    asked = waits(practitioner=None)
    assert asked.practitioner == world.doctor and asked.wish.any_practitioner


def test_nobody_waits_twice_for_the_same(waits, priya):
    waits(customer=priya)
    with pytest.raises(Refusal, match="waits for Laser Hair Removal already"):
        waits(customer=priya)


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        (When(TUESDAY, TUESDAY - datetime.timedelta(days=1)), "before the first"),
        (When(datetime.date(2026, 3, 1), datetime.date(2026, 3, 2)), "have passed"),
        (When(TUESDAY, TUESDAY, datetime.time(12), datetime.time(9)), "before the earliest"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(waits, when, sentence):
    with pytest.raises(Refusal, match=sentence):
        waits(when=when)
    assert not Appointment.objects.exists()


def test_a_wish_is_changed_and_keeps_its_place(waits, world):
    visit = waits()
    later = When(
        TUESDAY + datetime.timedelta(days=7), TUESDAY + datetime.timedelta(days=8), datetime.time(14)
    )
    change = {"by": world.receptionist, "appointment": visit, "practitioner": world.doctor, "anybody": True}
    wish = domain.change_wish(**change, when=later, version=visit.version)
    assert (wish.first_day, wish.earliest, wish.any_practitioner) == (later.first_day, later.earliest, True)
    with pytest.raises(Refusal, match="Somebody else changed"):
        domain.change_wish(**change, when=later, version=visit.version)


def test_a_taken_time_is_refused_with_others(waits, world, booked, at):
    booked(10)
    visit = waits()
    with pytest.raises(Refusal) as refusal:
        domain.schedule(by=world.receptionist, appointment=visit, practitioner=world.doctor, starts_at=at(10))
    assert refusal.value.offers
    visit.refresh_from_db()
    assert visit.status == "waitlisted"


def test_with_a_package_the_session_is_reserved_when_the_time_is_given(
    world, waits, priya, hair_removal, at, offers
):
    package = packages.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, plan=factories.plan(hair_removal),
        value=Decimal(36000), on=TUESDAY,
    )  # fmt: skip
    visit = domain.accept(by=world.receptionist, offer=offers(waits(customer=priya), at(10)))
    first = package.sessions.get(number=1)
    assert (first.status, first.appointment_id) == ("reserved", visit.pk)
    assert faults() == []


def test_an_offer_keeps_the_time_from_everybody_and_says_until_when(waits, booked, at, offers):
    made = offers(waits(), at(10))
    assert made.held_until - timezone.now() <= datetime.timedelta(minutes=30)
    assert {offer for offer, _visit in held()} == {made.pk}
    with pytest.raises(Refusal, match=r"kept for somebody on the waitlist until 09:00") as refusal:
        booked(10, 15)
    assert refusal.value.offers[0] == at(10, 45)
    assert "offer.made" in events() and faults() == []


def test_an_accepted_offer_becomes_the_visit(waits, world, at, offers):
    waiting = waits()
    made = offers(waiting, at(10))
    visit = domain.accept(by=world.receptionist, offer=made)
    made.refresh_from_db()
    assert (visit.pk, visit.status, visit.starts_at) == (waiting.pk, "scheduled", at(10))
    assert (made.status, made.settled_by) == ("accepted", world.receptionist)
    assert held() == {(None, visit.pk)} and faults() == []
    with pytest.raises(Refusal, match="accepted already"):
        domain.accept(by=world.receptionist, offer=made)


def test_a_declined_offer_is_free_and_who_waits_goes_on_waiting(waits, world, booked, at, offers):
    waiting = waits()
    made = domain.decline(by=world.receptionist, offer=offers(waiting, at(10)), reason="Too early")
    waiting.refresh_from_db()
    assert (made.status, waiting.status) == ("declined", "waitlisted")
    assert waiting.history.last().note == "Too early"
    booked(10)
    assert faults() == [] and "offer.declined" in events()


def test_what_nobody_answers_runs_out(waits, world, booked, at, offers):
    made = offers(waits(), at(10))
    assert domain.expire() == []
    with time_machine.travel(made.held_until + datetime.timedelta(seconds=1)):
        with pytest.raises(Refusal, match="ran out at 09:00"):
            domain.accept(by=world.receptionist, offer=made)
        assert [one.pk for one in domain.expire()] == [made.pk]
        assert domain.expire() == []
        booked(10)
    assert faults() == [] and "offer.expired" in events()


def test_a_desk_books_what_has_run_out_before_the_job_comes(waits, world, booked, at, offers):
    made = offers(waits(), at(10))
    with time_machine.travel(made.held_until + datetime.timedelta(seconds=1)):
        booked(10)
        domain.expire()
    assert faults() == []


def test_who_is_called_off_the_list_lets_the_offer_go(waits, world, booked, at, offers):
    waiting = waits()
    made = offers(waiting, at(10))
    domain.cancel(by=world.receptionist, appointment=waiting, reason="Went elsewhere")
    made.refresh_from_db()
    assert made.status == "declined"
    booked(10)
    assert faults() == []


@pytest.mark.parametrize(("hour", "status"), [(10, "accepted"), (11, "declined")])
def test_another_time_than_the_offered_one_declines_it(waits, world, at, offers, hour, status):
    waiting = waits()
    made = offers(waiting, at(10))
    domain.schedule(by=world.receptionist, appointment=waiting, practitioner=world.doctor, starts_at=at(hour))
    made.refresh_from_db()
    assert made.status == status and faults() == []


def test_one_open_offer_for_each_person(waits, at, offers):
    waiting = waits()
    offers(waiting, at(10))
    with pytest.raises(Refusal, match="has an open offer already"):
        offers(waiting, at(12))


def test_no_offer_where_a_visit_could_not_be(waits, world, booked, at, offers, priya, hair_removal):
    booked(10)
    with pytest.raises(Refusal):
        offers(waits(), at(10))
    with pytest.raises(Refusal, match="already has a visit then"):
        other = factories.practitioner(world.branch, full_name="Reena Sharma")
        visit = waits(customer=priya, treatment=factories.treatment(world.branch))
        offers(visit, at(10), practitioner=other)
    visit = waits()
    domain.cancel(by=world.receptionist, appointment=visit, reason="x")
    with pytest.raises(Refusal, match="isn't on the waitlist"):
        offers(visit, at(12))
    assert not Offer.objects.exists()


# What has become free


def test_a_cancelled_visit_is_offered_to_who_has_waited_longest(waits, world, booked, at, at_nine):
    visit, first, _second = booked(11), waits(), waits()
    assert domain.offer_freed() == []
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    (made,) = domain.offer_freed()
    assert (made.appointment, made.starts_at, made.practitioner) == (first, at(11), world.doctor)
    assert domain.offer_freed() == [], "it is kept now"


def test_it_goes_to_the_next_when_it_runs_out_and_to_nobody_twice(waits, world, booked, at, at_nine):
    visit, first, second = booked(15), waits(), waits()
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    (made,) = domain.offer_freed()
    later = made.held_until + datetime.timedelta(seconds=1)
    with time_machine.travel(later, tick=True):
        domain.expire()
        (again,) = domain.offer_freed()
        assert (made.appointment, again.appointment) == (first, second)
        domain.decline(by=world.receptionist, offer=again)
        assert domain.offer_freed() == []


@pytest.mark.parametrize("cause", ["move", "no_show", "time_off"])
def test_other_ways_in_which_a_time_becomes_free(waits, world, booked, at, at_nine, cause):
    visit = booked(9, 30) if cause == "no_show" else booked(11)
    if cause == "time_off":
        off = staff.mark_off(by=world.owner, person=world.doctor.user, first_day=TUESDAY, last_day=TUESDAY)
    waiting = waits(when=When(TUESDAY, TUESDAY, datetime.time(9, 40)))
    if cause == "move":
        domain.reschedule(by=world.receptionist, appointment=visit, starts_at=at(16), version=visit.version)
    elif cause == "time_off":
        staff.withdraw_time_off(by=world.owner, time_off=off, reason="Works after all")
    else:
        BookingRules.objects.create(branch=world.branch, offer_minutes=1)
        with time_machine.travel(at(9, 31), tick=True):
            domain.mark_no_show(by=world.receptionist, appointment=visit)
            (made,) = domain.offer_freed()
            assert made.starts_at >= at(9, 40)
        return
    (made,) = domain.offer_freed()
    assert made.appointment == waiting


def test_only_whom_it_suits_is_asked(waits, world, booked, at, at_nine):
    visit = booked(11)
    other = factories.practitioner(world.branch, full_name="Reena Sharma")
    waits(when=When(TUESDAY, TUESDAY, datetime.time(14)))
    waits(when=When(TUESDAY + datetime.timedelta(days=1), TUESDAY + datetime.timedelta(days=2)))
    waits(practitioner=other)
    waits(treatment=factories.treatment(world.branch, minutes=720))
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    assert domain.offer_freed() == []
    anybody = waits(practitioner=other, anybody=True)
    (made,) = domain.offer_freed()
    assert made.appointment == anybody


def test_the_room_and_the_device_have_to_be_free_too(waits, world, booked, at, at_nine, hair_removal, laser):
    visit = booked(11, treatment=factories.treatment(world.branch))
    other = factories.practitioner(world.branch, full_name="Reena Sharma")
    booked(11, practitioner=other)  # has the laser
    waits(when=When(TUESDAY, TUESDAY, datetime.time(11), datetime.time(11, 30)))
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    assert domain.offer_freed() == []


def test_after_them_the_owners_of_due_sessions(waits, world, booked, at, at_nine, priya, hair_removal):
    package = packages.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, plan=factories.plan(hair_removal),
        value=Decimal(36000), on=TUESDAY,
    )  # fmt: skip
    visit = booked(15, customer=factories.customer(world.branch, world.receptionist))
    waiting = waits()
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    (made,) = domain.offer_freed()
    assert made.appointment == waiting
    domain.decline(by=world.receptionist, offer=made)
    (due,) = domain.offer_freed()
    assert (due.customer, due.session, due.appointment) == (priya, package.sessions.get(number=1), None)
    taken = domain.accept(by=world.receptionist, offer=due)
    due.refresh_from_db()
    assert (taken.customer, taken.starts_at, due.appointment) == (priya, at(15), taken)
    assert package.sessions.get(number=1).appointment_id == taken.pk
    assert held() == {(None, taken.pk)} and faults() == []


def test_a_due_session_waits_for_its_interval(world, booked, at, at_nine, priya, hair_removal):
    hair_removal.min_interval_days = 28
    hair_removal.save()
    packages.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, plan=factories.plan(hair_removal),
        value=Decimal(36000), on=TUESDAY,
    )  # fmt: skip
    booked(10)
    visit = booked(15, customer=factories.customer(world.branch, world.receptionist))
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    assert domain.offer_freed() == []


def test_at_night_nobody_is_asked(waits, world, booked):
    visit = booked(15)
    waits()
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    assert domain.offer_freed() == [], "the clinic opens at nine"


def test_a_look_reads_as_much_for_many_as_for_few(
    waits, world, booked, at_nine, django_assert_max_num_queries
):
    visit = booked(15)
    for _ in range(30):
        waits(when=When(TUESDAY, TUESDAY, datetime.time(18, 50)))
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    with django_assert_max_num_queries(40):
        assert domain.offer_freed() == []
