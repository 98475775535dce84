"""The queue of a morning: tokens, calling, skipping, going first, and what the visit does to its place."""

import datetime

import pytest
import time_machine

from appointments import domain, floor
from appointments.models import Appointment, BookingRules, QueueDay, QueueEntry, Sitting
from clinic.models import Event
from clinic.refusals import Refusal
from staff.models import Practitioner
from tests import factories


@pytest.fixture
def consultation(world):
    return factories.treatment(world.branch, name="Consultation", minutes=5)


@pytest.fixture
def here(world, consultation):
    """Somebody who has arrived for today: `here("Priya Mehta", priority="emergency")`."""
    made = 0

    def arrive(name: str = "", *, practitioner=None, customer=None, **changes) -> Appointment:
        nonlocal made
        made += 1
        now = datetime.datetime(2026, 3, 3, 4, tzinfo=datetime.UTC) + datetime.timedelta(minutes=5 * made)
        values = {
            "status": "arrived", "arrived_at": now, "starts_at": now, "treatment": consultation,
            "ends_at": now + datetime.timedelta(minutes=5), "booked_by": world.receptionist,
        } | changes  # fmt: skip
        who = customer or factories.customer(
            world.branch, world.receptionist, **({"full_name": name} if name else {})
        )
        return Appointment.objects.create(
            number=factories.number(), branch=world.branch, customer=who,
            practitioner=practitioner or world.doctor, **values,
        )  # fmt: skip

    return arrive


@pytest.fixture
def enter(world, here):
    def give(*args, **changes) -> QueueEntry:
        return domain.enter_queue(by=world.receptionist, appointment=here(*args, **changes))

    return give


@pytest.fixture
def other(world):
    return factories.practitioner(world.branch, full_name="Reena Rao", username="rao")


def call(world, **whom) -> QueueEntry:
    return domain.call(by=world.receptionist, **(whom or {"practitioner": world.doctor}))


def waiting(world) -> list[str]:
    line = floor.read(world.branch).lines.get(world.doctor.pk)
    return [entry.token for entry in line.waiting] if line else []


def test_a_token_for_everybody(world, enter, here):
    entry = enter()
    assert (entry.token, entry.status) == ("A1", "waiting")
    assert entry.appointment.status == "in_queue"
    assert [step.verb for step in entry.appointment.history.all()] == ["enter_queue"]
    assert Event.objects.filter(verb="appointment.queued", subject_id=entry.appointment.pk).exists()
    assert [enter().token, enter(priority="priority").token, enter(priority="emergency").token] == [
        "A2", "P1", "P2",
    ]  # fmt: skip
    with pytest.raises(Refusal, match="in the queue already"):
        domain.enter_queue(by=world.receptionist, appointment=entry.appointment)
    with pytest.raises(Refusal, match="check the person in first"):
        domain.enter_queue(by=world.receptionist, appointment=here(status="scheduled", arrived_at=None))


def test_serial_numbers_are_tokens_and_a_second_sitting_says_so(world, enter):
    def sitting(hour: int) -> Sitting:
        begins = datetime.datetime(2026, 3, 3, hour, tzinfo=datetime.UTC)
        return Sitting.objects.create(
            branch=world.branch, practitioner=world.doctor, day=begins.date(), mode="serial",
            starts_at=begins, ends_at=begins + datetime.timedelta(hours=3), last_serial=9,
        )  # fmt: skip

    morning, evening = sitting(4), sitting(11)
    assert enter(sitting=morning, serial=7).token == "7"
    assert enter(sitting=evening, serial=7).token == "2-7"
    assert enter(sitting=morning, serial=2).token == "2"
    assert waiting(world) == ["2", "7", "2-7"]


def test_tokens_begin_anew_each_day_and_never_repeat_on_one(world, enter):
    first = enter()
    domain.cancel(by=world.receptionist, appointment=first.appointment, reason="Ill")
    assert enter().token == "A2"
    with time_machine.travel(datetime.datetime(2026, 3, 4, 4, tzinfo=datetime.UTC)):
        tomorrow = datetime.datetime(2026, 3, 4, 4, tzinfo=datetime.UTC)
        again = enter(starts_at=tomorrow, ends_at=tomorrow + datetime.timedelta(minutes=5))
    assert again.token == "A1"
    assert QueueDay.objects.count() == 2


def test_who_comes_back_after_an_undone_check_in_keeps_the_token(world, enter):
    entry = enter()
    visit = entry.appointment
    Appointment.objects.filter(pk=visit.pk).update(status="scheduled")
    visit.refresh_from_db()
    domain.queue.keep_up(by=world.receptionist, appointment=visit)
    entry.refresh_from_db()
    assert entry.status == "left"
    Appointment.objects.filter(pk=visit.pk).update(status="arrived")
    visit.refresh_from_db()
    again = domain.enter_queue(by=world.receptionist, appointment=visit)
    assert (again.pk, again.token, again.status) == (entry.pk, "A1", "waiting")


def test_calling_goes_by_the_order_with_emergencies_first_and_priority_between(world, enter):
    for priority in ("normal", "normal", "normal", "normal", "priority", "emergency"):
        enter(priority=priority)
    assert waiting(world) == ["P2", "A1", "A2", "A3", "P1", "A4"]
    assert [call(world).token for _ in range(6)] == ["P2", "A1", "A2", "A3", "P1", "A4"]
    with pytest.raises(Refusal, match=r"Nobody waits for Dr\. Vivek Kapoor"):
        call(world)


def test_the_rule_of_the_branch_sets_how_often_priority_comes(world, enter):
    BookingRules.objects.create(branch=world.branch, priority_every=0)
    enter(), enter(priority="priority")
    assert waiting(world) == ["P1", "A1"]


def test_somebody_chosen_is_called_and_another_is_told(world, enter):
    enter()
    second = enter()
    called = call(world, entry=second)
    assert (called.pk, called.status, called.call_count) == (second.pk, "called", 1)
    assert called.called_at is not None
    with pytest.raises(Refusal, match="A2 has been called already"):
        call(world, entry=second)


def test_recall_skip_and_back(world, enter):
    entries = [enter() for _ in range(4)]
    entry = call(world)
    assert domain.recall(by=world.receptionist, entry=entry).call_count == 2
    domain.skip(by=world.receptionist, entry=entry)
    with pytest.raises(Refusal, match="was skipped"):
        domain.skip(by=world.receptionist, entry=entry)
    with pytest.raises(Refusal, match="was skipped"):
        call(world, entry=entry)
    domain.rejoin(by=world.receptionist, entry=entry)
    assert waiting(world) == ["A2", "A3", "A1", "A4"]
    call(world)
    assert waiting(world) == ["A3", "A1", "A4"]
    with pytest.raises(Refusal, match="has not been called yet"):
        domain.recall(by=world.receptionist, entry=entries[3])
    domain.skip(by=world.receptionist, entry=entries[1])
    assert domain.recall(by=world.receptionist, entry=entries[1]).status == "called"
    assert list(Event.objects.filter(subject_id=entry.pk).order_by("id").values_list("verb", flat=True)) == [
        "queue.called", "queue.recalled", "queue.skipped", "queue.rejoined",
    ]  # fmt: skip


def test_nobody_is_called_to_two_doors(world, enter, other, priya):
    mine = enter(customer=priya)
    theirs, behind = enter(customer=priya, practitioner=other), enter(practitioner=other)
    assert call(world).pk == mine.pk
    assert call(world, practitioner=other).pk == behind.pk, "Priya is passed over"
    with pytest.raises(Refusal, match="Everybody who waits for"):
        call(world, practitioner=other)
    with pytest.raises(Refusal, match="Priya Mehta is called or inside somewhere else"):
        call(world, entry=theirs)
    domain.start(by=world.doctor.user, appointment=mine.appointment)
    with pytest.raises(Refusal, match="Everybody who waits for"):
        call(world, practitioner=other)
    domain.complete(by=world.doctor.user, appointment=mine.appointment, note="")
    assert call(world, practitioner=other).pk == theirs.pk


def test_nobody_is_called_to_somebody_who_is_not_available(world, enter):
    entry = enter()
    Practitioner.objects.update(is_available=False)
    for whom in ({"practitioner": world.doctor}, {"entry": entry}):
        with pytest.raises(Refusal, match=r"Dr\. Vivek Kapoor is not available now"):
            call(world, **whom)
    assert enter().token == "A2", "who comes still gets a token"


def test_yesterdays_token_is_told_so(world, enter):
    entry = call(world, entry=enter())
    with time_machine.travel(datetime.datetime(2026, 3, 4, 4, tzinfo=datetime.UTC)):
        for verb in (domain.recall, domain.skip, domain.rejoin, domain.call):
            with pytest.raises(Refusal, match="A1 is of another day"):
                verb(by=world.receptionist, entry=entry)


@pytest.mark.parametrize(
    ("verb", "more", "becomes"),
    [
        ("start", {}, "in_consultation"),
        ("complete", {"note": ""}, "completed"),
        ("cancel", {"reason": "Ill"}, "left"),
    ],
)
def test_the_place_follows_the_visit(world, enter, verb, more, becomes):
    entry = enter()
    getattr(domain, verb)(by=world.doctor.user, appointment=entry.appointment, **more)
    entry.refresh_from_db()
    assert entry.status == becomes


def test_checking_in_gives_a_token_where_the_branch_says_so(world, booked, consultation):
    visit = domain.check_in(by=world.receptionist, appointment=booked(9, treatment=consultation))
    assert visit.status == "arrived" and not QueueEntry.objects.exists()
    BookingRules.objects.create(branch=world.branch, queues_on_check_in=True)
    visit = domain.check_in(by=world.receptionist, appointment=booked(10, treatment=consultation))
    assert visit.status == "in_queue" and visit.queue_entry.token == "A1"


def test_a_visit_of_a_sitting_enters_the_queue_by_checking_in(world, here):
    begins = datetime.datetime(2026, 3, 3, 4, tzinfo=datetime.UTC)
    sitting = Sitting.objects.create(
        branch=world.branch, practitioner=world.doctor, day=begins.date(), mode="queue",
        starts_at=begins, ends_at=begins + datetime.timedelta(hours=3),
    )  # fmt: skip
    visit = here(sitting=sitting, serial=4, status="scheduled", arrived_at=None)
    assert domain.check_in(by=world.receptionist, appointment=visit).queue_entry.token == "4"


def test_a_finished_part_hands_on_to_the_next(world, here, other, priya):
    BookingRules.objects.create(branch=world.branch, queues_on_check_in=True)
    first = here(customer=priya, status="scheduled", arrived_at=None)
    second = here(
        customer=priya,
        practitioner=other,
        first_part=first,
        part_number=2,
        status="scheduled",
        arrived_at=None,
    )
    first = domain.check_in(by=world.receptionist, appointment=first)
    second = domain.check_in(by=world.receptionist, appointment=second)
    assert (first.status, second.status) == ("in_queue", "arrived"), "the second part waits for the first"
    domain.complete(by=world.doctor.user, appointment=first, note="")
    second.refresh_from_db()
    assert second.status == "in_queue"
    assert second.queue_entry.queue.practitioner == other


def test_a_part_with_the_same_person_or_of_somebody_not_here_is_left(world, here, other, priya):
    first = here(customer=priya)
    same = here(customer=priya, first_part=first, part_number=2)
    domain.complete(by=world.doctor.user, appointment=first, note="")
    same.refresh_from_db()
    assert same.status == "arrived"
    absent = here(customer=priya, practitioner=other, first_part=first, part_number=3, status="scheduled")
    domain.complete(by=world.doctor.user, appointment=same, note="")
    absent.refresh_from_db()
    assert absent.status == "scheduled"


def test_going_first_is_written_down(world, enter):
    enter()
    entry = enter()
    visit = domain.prioritise(
        by=world.receptionist, appointment=entry.appointment, priority="emergency", reason=" Breathless "
    )
    assert (visit.priority, visit.priority_reason) == ("emergency", "Breathless")
    assert waiting(world) == ["A2", "A1"]
    step = visit.history.get(verb="prioritise")
    assert (step.by, step.note) == (world.receptionist, "Emergency: Breathless")
    assert Event.objects.filter(verb="appointment.prioritised").count() == 1


def test_going_first_is_refused_without_a_reason_twice_or_too_late(world, enter, here):
    visit = enter().appointment
    ask = {"by": world.receptionist, "appointment": visit}
    with pytest.raises(Refusal, match="Say why") as refused:
        domain.prioritise(**ask, priority="urgent", reason="  ")
    assert refused.value.field == "reason"
    with pytest.raises(Refusal, match="marked as normal already"):
        domain.prioritise(**ask, priority="normal", reason="Old")
    domain.start(by=world.doctor.user, appointment=visit)
    with pytest.raises(Refusal, match="has not begun"):
        domain.prioritise(**ask, priority="urgent", reason="Pain")


def test_priority_is_capped_and_emergencies_are_not(world, here):
    BookingRules.objects.create(branch=world.branch, priority_cap=1)
    ask = {"by": world.receptionist, "reason": "Asked for it"}
    domain.prioritise(appointment=here(), priority="priority", **ask)
    with pytest.raises(Refusal, match="has 1 priority visits that day") as refused:
        domain.prioritise(appointment=here(), priority="priority", **ask)
    assert refused.value.field == "priority"
    assert domain.prioritise(appointment=here(), priority="emergency", **ask).priority == "emergency"


def test_a_new_address_for_the_screen(world):
    first = domain.renew_display(by=world.owner, branch=world.branch).display_key
    assert domain.renew_display(by=world.owner, branch=world.branch).display_key != first
    assert BookingRules.objects.count() == 1


def test_the_floor_shows_who_is_inside_and_who_has_no_token(world, here, enter):
    inside, arrived = here(), here()
    domain.start(by=world.doctor.user, appointment=inside)
    seated = enter()
    domain.start(by=world.doctor.user, appointment=call(world, entry=seated).appointment)
    here(status="scheduled", arrived_at=None)
    line = floor.read(world.branch).lines[world.doctor.pk]
    assert {visit.pk for visit in line.inside} == {inside.pk, seated.appointment.pk}
    assert [visit.pk for visit in line.arrivals] == [arrived.pk]


def test_minutes_are_measured_from_visits_with_a_beginning(world, here):
    def done(minutes: int) -> None:
        visit = here()
        Appointment.objects.filter(pk=visit.pk).update(
            status="completed", started_at=visit.starts_at,
            completed_at=visit.starts_at + datetime.timedelta(minutes=minutes),
        )  # fmt: skip

    done(10), done(20), done(0)
    took = floor.consultations(world.doctor, world.branch)
    assert sorted(took) == [datetime.timedelta(minutes=10), datetime.timedelta(minutes=20)]
