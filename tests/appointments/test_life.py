"""From booked to completed: what each verb does, and what it refuses."""

import datetime
from decimal import Decimal

import pytest
import time_machine

from appointments import domain
from appointments.models import Appointment
from clinic.models import Event
from clinic.refusals import Refusal, Stale
from customers.models import Standing
from inventory.models import Movement
from packages import domain as packages
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)


@pytest.fixture
def package(world, priya, hair_removal):
    return packages.enrol(
        by=world.receptionist,
        branch=world.branch,
        customer=priya,
        plan=factories.plan(hair_removal),
        value=Decimal(36000),
        on=TUESDAY,
    )


@pytest.fixture
def arrived(world, booked, package):
    visit = booked(9, session=package.sessions.first())
    return domain.check_in(by=world.receptionist, appointment=visit)


def test_the_whole_life_is_remembered_and_announced(world, booked, priya):
    visit = booked(9)
    domain.confirm(by=world.receptionist, appointment=visit)
    domain.check_in(by=world.receptionist, appointment=visit)
    domain.start(by=world.doctor.user, appointment=visit)
    visit = domain.complete(by=world.doctor.user, appointment=visit, note=" Three passes. ")
    assert visit.visit_note == "Three passes."
    assert visit.arrived_at <= visit.started_at <= visit.completed_at
    assert [(c.verb, c.from_status, c.to_status) for c in visit.history.all()] == [
        ("book", "", "scheduled"),
        ("confirm", "scheduled", "confirmed"),
        ("check_in", "confirmed", "arrived"),
        ("start", "arrived", "in_consultation"),
        ("complete", "in_consultation", "completed"),
    ]
    told = list(
        Event.objects.filter(verb__startswith="appointment.").order_by("id").values_list("verb", flat=True)
    )
    assert told == [
        f"appointment.{it}" for it in ("booked", "confirmed", "checked_in", "started", "completed")
    ]
    assert Standing.objects.get(customer=priya).last_visit_on == TUESDAY


def test_completing_counts_the_session_and_uses_the_first_expiring_batch(
    world, arrived, package, hair_removal
):
    gel = factories.item(world.branch, name="Gel")
    factories.consumable(hair_removal, gel, 2)
    factories.batch(gel, world.branch, world.owner, quantity=5, days=200)
    soon = factories.batch(gel, world.branch, world.owner, quantity=5, days=20)
    domain.complete(by=world.doctor.user, appointment=arrived, note="3 passes")
    session = package.sessions.get(number=1)
    assert (session.status, session.note, session.practitioner) == ("completed", "3 passes", world.doctor)
    assert package.sessions.filter(status="pending").count() == 7
    movement = Movement.objects.get(cause_id=arrived.pk)
    assert (movement.batch, movement.quantity, movement.kind) == (soon, -2, "consumption")


def test_completing_twice_is_refused_and_counts_once(world, arrived, package):
    domain.complete(by=world.doctor.user, appointment=arrived, note="")
    with pytest.raises(Refusal, match="has been completed already"):
        domain.complete(by=world.doctor.user, appointment=arrived, note="again")
    assert package.sessions.filter(status="completed").count() == 1


def test_without_the_consumables_nothing_is_half_completed(world, arrived, package, hair_removal):
    gel = factories.item(world.branch, name="Gel")
    factories.consumable(hair_removal, gel, 2)
    factories.batch(gel, world.branch, world.owner, quantity=1)
    with pytest.raises(Refusal, match="Only 1 of Gel is left"):
        domain.complete(by=world.doctor.user, appointment=arrived, note="x")
    arrived.refresh_from_db()
    assert arrived.status == "arrived" and arrived.completed_at is None
    assert package.sessions.get(number=1).status == "reserved"
    assert not Movement.objects.filter(kind="consumption").exists()


@pytest.mark.parametrize("verb", ["start", "complete"])
def test_nobody_is_treated_before_they_arrive(world, booked, verb):
    more = {"note": ""} if verb == "complete" else {}
    with pytest.raises(Refusal, match="check the person in first"):
        getattr(domain, verb)(by=world.doctor.user, appointment=booked(9), **more)


def test_nobody_arrives_for_a_visit_of_tomorrow(world, booked):
    visit = booked(9, days=1)
    assert not visit.can("check_in")
    with pytest.raises(Refusal, match="on a later day"):
        domain.check_in(by=world.receptionist, appointment=visit)


def test_nobody_has_missed_what_has_not_begun(world, booked, at):
    visit = booked(9)
    with pytest.raises(Refusal, match="has not begun yet"):
        domain.mark_no_show(by=world.receptionist, appointment=visit)
    with time_machine.travel(at(9, 20)):
        domain.mark_no_show(by=world.receptionist, appointment=visit)
    assert Event.objects.filter(verb="appointment.missed").exists()


@pytest.mark.parametrize("how", ["cancel", "mark_no_show"])
def test_what_does_not_take_place_frees_time_and_session(world, booked, package, how, at):
    session = package.sessions.first()
    visit = booked(9, session=session)
    with time_machine.travel(at(9, 1)):
        if how == "cancel":
            visit = domain.cancel(by=world.receptionist, appointment=visit, reason="Has a cold")
            assert visit.history.last().note == "Has a cold"
        else:
            domain.mark_no_show(by=world.receptionist, appointment=visit)
    assert not visit.holds.filter(released_at=None).exists()
    session.refresh_from_db()
    assert (session.status, session.appointment_id) == ("pending", None)
    booked(9, session=session)


def test_cancelling_needs_a_reason_and_works_once(world, booked):
    visit = booked(9)
    with pytest.raises(Refusal) as refusal:
        domain.cancel(by=world.receptionist, appointment=visit, reason="  ")
    assert refusal.value.field == "reason"
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    with pytest.raises(Refusal, match="was cancelled"):
        domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")


def test_a_visit_moves_with_its_holds_and_remembers_where_it_was(world, booked, at, laser):
    visit = booked(9)
    moved = domain.reschedule(
        by=world.receptionist, appointment=visit, starts_at=at(9, 30), version=visit.version
    )
    assert (moved.starts_at, moved.ends_at, moved.status) == (at(9, 30), at(10, 15), "scheduled")
    held = moved.holds.filter(released_at=None)
    assert {hold.during.lower for hold in held} == {at(9, 30)} and held.count() == 2
    change = moved.history.last()
    assert (change.was_at, change.was_until, change.was_with) == (at(9), at(9, 45), world.doctor)
    assert moved.reschedule_count == 1
    assert Event.objects.filter(verb="appointment.rescheduled").count() == 1


def test_a_visit_moves_to_another_practitioner(world, booked, at):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    visit = booked(9)
    moved = domain.reschedule(
        by=world.receptionist, appointment=visit, starts_at=at(9), practitioner=other, version=visit.version
    )
    assert moved.practitioner == other
    booked(9, treatment=factories.treatment(world.branch))


def test_a_stale_move_is_refused(world, booked, at):
    visit = booked(9)
    seen = visit.version
    domain.reschedule(by=world.receptionist, appointment=visit, starts_at=at(11), version=seen)
    with pytest.raises(Stale, match="It is now on Tue 3 Mar, 11:00"):
        domain.reschedule(by=world.owner, appointment=visit, starts_at=at(15), version=seen)
    assert Appointment.objects.get().starts_at == at(11)


def test_a_move_onto_another_visit_is_refused_with_offers_and_leaves_the_visit(world, booked, at):
    visit = booked(9)
    booked(11)
    with pytest.raises(Refusal) as refusal:
        domain.reschedule(by=world.owner, appointment=visit, starts_at=at(11, 15), version=visit.version)
    assert refusal.value.offers[0] == at(11, 45)
    assert visit.holds.filter(released_at=None).count() == 2


def test_a_completed_visit_does_not_move(world, arrived, at):
    with pytest.raises(Refusal, match="arrived already"):
        domain.reschedule(by=world.owner, appointment=arrived, starts_at=at(11), version=arrived.version)


def test_the_last_visit_is_the_latest_one_even_when_completed_late(world, booked, priya, at):
    early, late = booked(9), booked(9, days=1)
    with time_machine.travel(at(12, days=1)):
        for visit in (late, early):
            domain.check_in(by=world.receptionist, appointment=visit)
            domain.complete(by=world.doctor.user, appointment=visit, note="")
    assert Standing.objects.get(customer=priya).last_visit_on == TUESDAY + datetime.timedelta(days=1)


def test_every_verb_and_every_state_agree_with_the_table(world, booked):
    """The guard is the table: from every state exactly the verbs it lists are possible, the day allowing."""
    visit = booked(9)
    with time_machine.travel(visit.starts_at):
        for status in Appointment.Status.values:
            visit.status = status
            for verb, (sources, _to) in Appointment.TRANSITIONS.items():
                assert visit.can(verb) == (status in sources), (status, verb)


def test_a_session_does_not_move_past_the_last_day_of_its_package(world, booked, package, at):
    package.valid_until = TUESDAY + datetime.timedelta(days=3)
    package.save(update_fields=["valid_until"])
    visit = booked(9, session=package.sessions.first())
    visit = domain.reschedule(
        by=world.receptionist, appointment=visit, starts_at=at(9, days=3), version=visit.version
    )
    with pytest.raises(Refusal, match="was to be used until 6 Mar 2026"):
        domain.reschedule(
            by=world.receptionist, appointment=visit, starts_at=at(9, days=4), version=visit.version
        )
    visit.refresh_from_db()
    assert visit.starts_at == at(9, days=3) and visit.holds.filter(released_at=None).count() == 2


def test_a_visit_done_before_its_time_gives_that_time_back(world, booked, at):
    early = domain.check_in(by=world.receptionist, appointment=booked(15))
    with time_machine.travel(at(10)):
        domain.complete(by=world.doctor.user, appointment=early, note="")
        assert not early.holds.filter(released_at=None).exists()
        booked(15)


def test_a_visit_done_in_its_time_keeps_it(world, booked, at):
    visit = domain.check_in(by=world.receptionist, appointment=booked(9))
    with time_machine.travel(at(9, 20)):
        domain.complete(by=world.doctor.user, appointment=visit, note="")
    assert visit.holds.filter(released_at=None).count() == 2


def test_a_wrong_check_in_is_undone(world, booked):
    visit = domain.check_in(by=world.receptionist, appointment=booked(9), chief_complaint=" Itching ")
    assert visit.chief_complaint == "Itching"
    visit = domain.undo_check_in(by=world.receptionist, appointment=visit)
    assert (visit.status, visit.arrived_at, visit.waiting_minutes) == ("scheduled", None, None)
    with pytest.raises(Refusal, match="check the person in first"):
        domain.undo_check_in(by=world.receptionist, appointment=visit)


@pytest.mark.parametrize("how", ["cancel", "mark_no_show"])
def test_a_visit_brought_back_takes_its_time_and_its_session_again(world, booked, package, at, how, laser):
    session = package.sessions.get(number=3)
    visit = booked(9, session=session)
    with time_machine.travel(at(9, 20)):
        if how == "cancel":
            domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
        else:
            domain.mark_no_show(by=world.receptionist, appointment=visit)
        back = domain.reinstate(by=world.receptionist, appointment=visit)
        assert (back.status, back.cancel_reason, back.starts_at) == ("scheduled", "", at(9))
        held = set(back.holds.filter(released_at=None).values_list("resource_id", flat=True))
        assert held == {world.doctor.resource_id, laser.pk}
        session.refresh_from_db()
        assert (session.status, session.appointment_id) == ("reserved", visit.pk)
        assert [change.verb for change in visit.history.all()] == ["book", how, "reinstate"]
        with pytest.raises(Refusal, match="only booked"):
            domain.reinstate(by=world.receptionist, appointment=visit)


def test_a_visit_whose_time_is_taken_does_not_come_back_but_is_offered_others(world, booked, at):
    visit = booked(9)
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    booked(9)
    with pytest.raises(Refusal, match="already has a visit") as refusal:
        domain.reinstate(by=world.receptionist, appointment=visit)
    assert refusal.value.offers[0] == at(9, 45)
    visit.refresh_from_db()
    assert visit.status == "cancelled"


def test_a_visit_whose_session_is_booked_elsewhere_does_not_come_back(world, booked, package):
    session = package.sessions.get(number=1)
    visit = booked(9, session=session)
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    booked(11, session=session)
    with pytest.raises(Refusal, match="Session 1 is already booked"):
        domain.reinstate(by=world.receptionist, appointment=visit)
    assert not visit.holds.filter(released_at=None).exists()


@pytest.fixture
def of_two_parts(booked):
    first = booked(9)
    second = booked(10)
    Appointment.objects.filter(pk=second.pk).update(first_part=first, part_number=2)
    second.refresh_from_db()
    return first, second


def states(*visits):
    return [Appointment.objects.get(pk=visit.pk).status for visit in visits]


def test_all_parts_of_a_visit_arrive_or_are_called_off_together(world, of_two_parts):
    first, second = of_two_parts
    domain.check_in(by=world.receptionist, appointment=first, chief_complaint="Itching", whole_visit=True)
    assert states(first, second) == ["arrived", "arrived"]
    assert Appointment.objects.get(pk=second.pk).chief_complaint == "Itching"
    domain.cancel(by=world.receptionist, appointment=second, reason="Ill", whole_visit=True)
    assert states(first, second) == ["cancelled", "cancelled"]


def test_one_part_is_called_off_alone_and_what_is_done_stays(world, of_two_parts):
    first, second = of_two_parts
    domain.check_in(by=world.receptionist, appointment=first)
    assert states(first, second) == ["arrived", "scheduled"]
    domain.complete(by=world.doctor.user, appointment=first, note="")
    domain.cancel(by=world.receptionist, appointment=second, reason="No time", whole_visit=True)
    assert states(first, second) == ["completed", "cancelled"]


def test_a_visit_of_yesterday_comes_back_to_be_completed(world, booked, at):
    visit = booked(9)
    with time_machine.travel(at(18)):
        domain.mark_no_show(by=world.receptionist, appointment=visit)
    with time_machine.travel(at(9, days=1)):
        domain.reinstate(by=world.receptionist, appointment=visit)
        domain.check_in(by=world.receptionist, appointment=visit)
        done = domain.complete(by=world.doctor.user, appointment=visit, note="Was here after all")
    assert (done.status, done.starts_at) == ("completed", at(9))
