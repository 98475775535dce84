"""Sessions are reserved by an appointment, released or completed with it, each once."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from uuid_utils import compat

from clinic.models import Event
from clinic.refusals import Refusal
from packages import domain, ledger
from packages.models import Enrolment, Plan, Session
from packages.queries import bookable_sessions, next_session
from tests import factories
from tests.race import race


def enrolment_of(world, *, sessions=3, days_ago=0) -> Enrolment:
    plan = Plan.objects.filter(name="Facial", session_count=sessions).first() or factories.plan(
        factories.treatment(world.branch), session_count=sessions, name="Facial", valid_days=30
    )
    today = timezone.localdate(timezone=world.branch.zone)
    return domain.enrol(
        by=world.receptionist, branch=world.branch, plan=plan, value=Decimal(9000),
        customer=factories.customer(world.branch, world.receptionist),
        on=today - datetime.timedelta(days=days_ago),
    )  # fmt: skip


def reserve(world, session, appointment_id=None, **changes):
    appointment_id = appointment_id or compat.uuid7()
    domain.reserve_session(by=world.receptionist, session=session, appointment_id=appointment_id, **changes)
    return appointment_id


def complete(world, appointment_id, note="Well tolerated"):
    return domain.complete_session(
        by=world.doctor.user, appointment_id=appointment_id, practitioner=world.doctor, note=note
    )


def states(enrolment) -> list[str]:
    return list(enrolment.sessions.order_by("number").values_list("status", flat=True))


def test_a_session_is_reserved_released_and_reserved_again(world):
    enrolment = enrolment_of(world)
    visit = reserve(world, next_session(enrolment))
    assert states(enrolment) == ["reserved", "pending", "pending"]
    assert next_session(enrolment).number == 2
    assert domain.release_session(appointment_id=visit).number == 1
    assert states(enrolment) == ["pending"] * 3
    assert domain.release_session(appointment_id=visit) is None
    reserve(world, next_session(enrolment))
    assert states(enrolment)[0] == "reserved"


def test_the_visit_completes_it_and_says_what_remains(world):
    enrolment = enrolment_of(world)
    session = complete(world, reserve(world, next_session(enrolment)))
    session.refresh_from_db()
    assert (session.status, session.practitioner, session.completed_by) == (
        "completed", world.doctor, world.doctor.user,
    )  # fmt: skip
    assert (session.note, session.completed_at is None) == ("Well tolerated", False)
    event = Event.objects.get(verb="session.completed")
    assert event.data == {"enrolment_id": str(enrolment.pk), "number": 1, "remaining": 2}


def test_an_appointment_without_a_session_completes_none(world):
    assert complete(world, compat.uuid7()) is None


def test_with_the_last_session_the_enrolment_is_completed(world):
    enrolment = enrolment_of(world, sessions=1)
    complete(world, reserve(world, next_session(enrolment)))
    enrolment.refresh_from_db()
    enrolment.customer.standing.refresh_from_db()
    assert (enrolment.status, enrolment.customer.standing.active_packages) == ("completed", 0)
    with pytest.raises(Refusal, match="Facial is completed"):
        reserve(world, enrolment.sessions.get())


def test_completing_twice_is_refused(world):
    visit = reserve(world, next_session(enrolment_of(world)))
    complete(world, visit)
    with pytest.raises(Refusal, match=r"^Session 1 has already been completed\.$"):
        complete(world, visit, "Again")
    assert Session.objects.get(status="completed").note == "Well tolerated"
    assert Event.objects.filter(verb="session.completed").count() == 1


def test_a_completed_session_is_not_released(world):
    enrolment = enrolment_of(world)
    visit = reserve(world, next_session(enrolment))
    complete(world, visit)
    assert domain.release_session(appointment_id=visit) is None
    assert states(enrolment)[0] == "completed"


def test_a_booked_session_is_not_booked_again(world):
    session = next_session(enrolment_of(world))
    reserve(world, session)
    with pytest.raises(Refusal, match=r"^Session 1 is already booked\.$"):
        reserve(world, session)


def test_a_lapsed_package_books_nothing_and_its_last_day_does(world):
    last_day = enrolment_of(world, days_ago=30)
    reserve(world, next_session(last_day))
    lapsed = enrolment_of(world, days_ago=31)
    with pytest.raises(Refusal, match=r"^Facial was to be used until \d+ \w+ \d{4}\."):
        reserve(world, next_session(lapsed))
    assert states(lapsed) == ["pending"] * 3


def test_a_day_after_the_last_one_cant_be_booked_ahead(world):
    enrolment = enrolment_of(world)
    after = enrolment.valid_until + datetime.timedelta(days=1)
    with pytest.raises(Refusal, match="was to be used until"):
        reserve(world, next_session(enrolment), on=after)
    reserve(world, next_session(enrolment), on=enrolment.valid_until)


def test_a_cancelled_package_books_nothing(world):
    enrolment = enrolment_of(world)
    Enrolment.objects.filter(pk=enrolment.pk).update(status="cancelled")
    with pytest.raises(Refusal, match="Facial is cancelled"):
        reserve(world, next_session(enrolment))


def test_of_each_usable_package_the_next_session_can_be_booked(world):
    enrolment = enrolment_of(world)
    today = timezone.localdate()
    reserve(world, next_session(enrolment))
    assert [session.number for session in bookable_sessions(enrolment.customer_id, today)] == [2]
    assert bookable_sessions(enrolment.customer_id, today + datetime.timedelta(days=31)) == []


@pytest.mark.django_db(transaction=True)
def test_the_last_session_is_reserved_once(world):
    session = next_session(enrolment_of(world, sessions=1))
    outcomes = race(*[lambda: reserve(world, session)] * 5)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [str(refusal) for refusal in refused] == ["Session 1 is already booked."] * 4


@pytest.mark.django_db(transaction=True)
def test_a_visit_completed_by_two_people_counts_once(world):
    visit = reserve(world, next_session(enrolment_of(world)))
    outcomes = race(*[lambda: complete(world, visit)] * 4)
    assert [str(o) for o in outcomes if isinstance(o, Exception)] == [
        "Session 1 has already been completed."
    ] * 3
    assert Event.objects.filter(verb="session.completed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_last_session_goes_twice(world, monkeypatch):
    """The control: both see it free, the second overwrites the first."""
    from threading import Barrier

    session, both_have_read = next_session(enrolment_of(world, sessions=1)), Barrier(2)
    check = ledger.check_active

    def read_together(enrolment):
        both_have_read.wait(10)
        check(enrolment)

    monkeypatch.setattr(ledger, "check_active", read_together)
    monkeypatch.setattr(ledger, "lock", lambda pk: Enrolment.objects.select_related("branch").get(pk=pk))
    outcomes = race(*[lambda: reserve(world, session)] * 2)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
