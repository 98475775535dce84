"""Absences in the calendar: the evening lock, the visits that a day off hits, and moving them away."""

import datetime

import pytest
import time_machine

from appointments import absences, domain
from appointments.models import Appointment, BookingRules
from clinic.models import Event, OutOfService
from clinic.refusals import Refusal
from staff import domain as staff
from staff.models import DayHours, TimeOff
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)
WEDNESDAY, THURSDAY = TUESDAY + datetime.timedelta(days=1), TUESDAY + datetime.timedelta(days=2)


@pytest.fixture
def off(world):
    """Marks the doctor off, on Wednesday unless told otherwise."""

    def mark(first_day: datetime.date = WEDNESDAY, **changes) -> TimeOff:
        values = {
            "by": world.doctor.user,
            "branch": world.branch,
            "person": world.doctor.user,
            "first_day": first_day,
            "last_day": first_day,
        }
        return domain.mark_off(**values | changes)

    return mark


@pytest.fixture
def hits(world):
    def found(time_off: TimeOff) -> list[Appointment]:
        return absences.hit_by(time_off, user=world.receptionist, branch=world.branch)

    return found


class TestEveningLock:
    @pytest.fixture(autouse=True)
    def _lock_at_five(self, world):
        BookingRules.objects.create(branch=world.branch, availability_lock_at=datetime.time(17))

    def test_before_five_tomorrow_may_change(self, off, at):
        with time_machine.travel(at(16, 59)):
            assert off(WEDNESDAY).status == "approved"

    def test_from_five_on_tomorrow_may_not_but_the_day_after(self, off, at):
        with time_machine.travel(at(17)):
            with pytest.raises(
                Refusal, match="Wednesday 4 March is settled since 17:00 on Tuesday"
            ) as refusal:
                off(WEDNESDAY)
            assert refusal.value.field == "first_day"
            off(THURSDAY)
        assert TimeOff.objects.count() == 1

    def test_today_is_settled_since_yesterday(self, off):
        with pytest.raises(Refusal, match="Tuesday 3 March is settled since 17:00 on Monday"):
            off(TUESDAY)

    def test_a_longer_leave_that_begins_tomorrow_is_locked_too(self, off, at):
        with time_machine.travel(at(18)), pytest.raises(Refusal, match="settled"):
            off(WEDNESDAY, last_day=THURSDAY)

    def test_the_owner_overrides_with_a_reason_that_is_kept(self, off, world, at):
        with time_machine.travel(at(18)):
            with pytest.raises(Refusal, match="Say what the emergency is") as refusal:
                off(WEDNESDAY, by=world.owner, override=" ")
            assert refusal.value.field == "override"
            made = off(WEDNESDAY, by=world.owner, override="Accident on the way")
        assert made.comment == "Accident on the way"
        assert Event.objects.get(verb="availability.overridden").subject_id == made.pk

    def test_a_reason_alone_opens_nothing_to_who_may_not(self, off, at):
        with time_machine.travel(at(18)), pytest.raises(Refusal, match="owner or an administrator"):
            off(WEDNESDAY, override="Please")

    def test_taking_back_and_other_hours_are_locked_alike(self, off, world, at):
        made = off(WEDNESDAY)
        hours = {"practitioner": world.doctor, "day": WEDNESDAY}
        shifts = [DayHours(starts=datetime.time(9), ends=datetime.time(12))]
        with time_machine.travel(at(18)):
            for by in (world.doctor.user, world.owner):
                with pytest.raises(Refusal, match="settled"):
                    domain.withdraw_time_off(by=by, branch=world.branch, time_off=made, reason="Back")
                with pytest.raises(Refusal, match="settled"):
                    domain.set_day_hours(by=by, shifts=shifts, **hours)
            back = domain.withdraw_time_off(
                by=world.owner, branch=world.branch, time_off=made, reason="Back", override="Patients wait"
            )
            domain.set_day_hours(by=world.owner, shifts=shifts, override="Patients wait", **hours)
        assert (back.status, back.comment) == ("withdrawn", "Back (Patients wait)")
        assert world.doctor.day_hours.count() == 1

    def test_the_switch_for_this_moment_is_never_locked(self, world, at):
        with time_machine.travel(at(18)):
            staff.switch_available(
                by=world.doctor.user, practitioner=world.doctor, is_available=False, version=1
            )

    def test_a_branch_in_another_zone_has_its_own_evening(self, world, off):
        """18:00 in Kathmandu is 12:15 in London."""
        world.branch.time_zone = "Asia/Kathmandu"
        world.branch.save()
        evening = datetime.datetime(2026, 3, 3, 12, 15, tzinfo=datetime.UTC)
        with time_machine.travel(evening), pytest.raises(Refusal, match="settled"):
            off(WEDNESDAY)
        with time_machine.travel(evening - datetime.timedelta(minutes=90)):
            off(WEDNESDAY)


def test_without_a_lock_even_today_may_change(off):
    assert off(TUESDAY).status == "approved"


def test_days_that_have_passed_do_not_change(off, world):
    with pytest.raises(Refusal, match="have passed"):
        off(TUESDAY - datetime.timedelta(days=1))
    with pytest.raises(Refusal, match="has passed"):
        domain.set_day_hours(
            by=world.owner,
            practitioner=world.doctor,
            day=TUESDAY - datetime.timedelta(days=1),
            shifts=[],
        )


class TestHits:
    def test_the_visits_of_the_day_with_that_person(self, booked, off, hits, world):
        other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
        facial = factories.treatment(world.branch)
        mine = [booked(10, days=1), booked(15, days=1)]
        booked(10, days=2)
        booked(12, days=1, practitioner=other, treatment=facial)
        domain.cancel(by=world.receptionist, appointment=booked(16, days=1), reason="Ill")
        assert hits(off()) == mine

    @pytest.mark.parametrize(("part", "which"), [("morning", [0, 1]), ("afternoon", [1, 2])])
    def test_half_a_day_hits_its_half_and_what_reaches_into_it(self, booked, off, hits, world, part, which):
        world.branch.hours.update(break_starts=None, break_ends=None)
        world.doctor.weekly_hours.update(break_starts=None, break_ends=None)
        visits = [booked(10, days=1), booked(12, 30, days=1), booked(14, days=1)]
        assert hits(off(part=part)) == [visits[index] for index in which]

    def test_the_afternoon_begins_when_the_branch_says(self, booked, off, hits, world):
        BookingRules.objects.create(branch=world.branch, half_day_at=datetime.time(15))
        booked(15, days=1)
        visit = booked(14, days=1)
        assert hits(off(part="morning")) == [visit]

    def test_taken_back_it_hits_nothing(self, booked, off, hits, world):
        booked(10, days=1)
        made = domain.withdraw_time_off(by=world.owner, branch=world.branch, time_off=off(), reason="Works")
        assert hits(made) == []

    def test_of_a_device_those_that_hold_it(self, booked, world, laser, at):
        booked(10, days=1)
        mine = booked(14, days=1)
        booked(16, days=1, treatment=factories.treatment(world.branch))
        outage = staff.take_out_of_service(
            by=world.owner, resource=laser, starts_at=at(14, 30, 1), ends_at=None, reason="Cooling fails"
        )
        assert absences.hit_by_outage(outage, user=world.receptionist, branch=world.branch) == [mine]

    def test_of_somebody_who_left_all_that_are_to_come(self, booked, world):
        visits = [booked(10, days=1), booked(10, days=9)]
        assert absences.left_behind(world.doctor, user=world.receptionist, branch=world.branch) == []
        world.doctor.resource.is_active = False
        world.doctor.resource.save()
        assert absences.left_behind(world.doctor, user=world.receptionist, branch=world.branch) == visits
        (left,) = absences.left_with_visits(user=world.receptionist, branch=world.branch)
        assert (left.cause, left.count) == (world.doctor, 2)

    def test_another_branch_sees_none(self, booked, off, world):
        booked(10, days=1)
        made = off()
        assert absences.hit_by(made, user=world.colleague, branch=world.elsewhere) == []

    def test_what_stands_is_counted_for_all_at_once(
        self, booked, off, world, laser, at, django_assert_num_queries
    ):
        booked(10, days=1)
        booked(11, days=1)
        booked(10, days=3)
        found = [off(), off(WEDNESDAY + datetime.timedelta(days=2), part="morning"), off(THURSDAY)]
        who = {"user": world.receptionist, "branch": world.receptionist.branch}
        with django_assert_num_queries(1):
            counted = absences.unsettled_time_off(found, rules=BookingRules(branch=world.branch), **who)
        assert [(each.cause, each.count) for each in counted] == [(found[0], 2), (found[1], 1)]
        outage = OutOfService.objects.create(resource=laser, starts_at=at(11, 15, 1), reason="Broken")
        with django_assert_num_queries(1):
            (counted,) = absences.unsettled_outages([outage], **who)
        assert counted.count == 2


class TestSettle:
    @pytest.fixture
    def wish(self, world):
        def settling(visit, starts_at=None, practitioner=None, version=None) -> domain.Settling:
            return domain.Settling(
                appointment=visit,
                version=version or visit.version,
                starts_at=starts_at,
                practitioner=practitioner or world.doctor,
            )

        return settling

    def settle(self, world, *wishes):
        return domain.settle(by=world.receptionist, settlings=list(wishes), reason="Dr. Kapoor is away")

    def test_each_is_moved_or_called_off_and_a_refused_one_stays(self, booked, wish, world, at):
        moved, refused, off = booked(10, days=1), booked(11, days=1), booked(12, days=1)
        found = self.settle(world, wish(moved, at(10, days=2)), wish(refused, at(10, 15, days=2)), wish(off))
        assert [bool(each.refusal) for each in found] == [False, True, False]
        assert found[1].refusal.offers[0] == at(10, 45, days=2)
        assert [visit.starts_at for visit in Appointment.objects.order_by("number")] == [
            at(10, days=2),
            at(11, days=1),
            at(12, days=1),
        ]
        off.refresh_from_db()
        assert (off.status, off.cancel_reason) == ("cancelled", "Dr. Kapoor is away")
        moved.refresh_from_db()
        assert moved.reschedule_reason == "Dr. Kapoor is away"
        assert Event.objects.filter(verb="appointment.rescheduled", subject_id=moved.pk).count() == 1

    def test_sent_twice_nothing_happens_twice(self, booked, wish, world, at):
        visit, other = booked(10, days=1), booked(11, days=1)
        wishes = [(visit.version, at(10, days=2)), (other.version, None)]
        for _ in range(2):
            found = self.settle(
                world,
                *(
                    wish(Appointment.objects.get(pk=one.pk), moment, version=version)
                    for one, (version, moment) in zip((visit, other), wishes, strict=True)
                ),
            )
            assert [each.refusal for each in found] == [None, None]
        visit.refresh_from_db()
        assert visit.reschedule_count == 1 and other.history.filter(verb="cancel").count() == 1

    def test_what_somebody_else_changed_meanwhile_is_left_alone(self, booked, wish, world, at):
        visit, other = booked(10, days=1), booked(11, days=1)
        domain.reschedule(by=world.owner, appointment=visit, starts_at=at(15, days=1), version=1)
        domain.confirm(by=world.owner, appointment=other)
        found = self.settle(world, wish(visit, at(10, days=2), version=1), wish(other, version=1))
        assert all("Somebody else changed" in each.refusal.message for each in found)
        other.refresh_from_db()
        assert other.status == "confirmed"

    def test_more_than_a_hundred_at_once_are_refused(self, booked, wish, world):
        with pytest.raises(Refusal, match="at most 100"):
            self.settle(world, *[wish(booked())] * 101)
