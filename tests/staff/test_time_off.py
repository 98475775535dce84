"""Days off, the hours of single days, the available-now switch, and things under repair: the verbs on the rows."""

import datetime

import pytest

from clinic.models import Event, OutOfService, Resource
from clinic.refusals import Refusal, Stale
from staff import domain
from staff.models import DayHours, Practitioner, TimeOff
from tests import factories

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2026, 3, 2)
Part = TimeOff.Part


@pytest.fixture
def off(world):
    """Marks the doctor off by themselves, days counted from Monday."""

    def mark(first: int = 0, last: int | None = None, part: str = Part.FULL_DAY, **changes) -> TimeOff:
        values = {
            "by": world.doctor.user,
            "person": world.doctor.user,
            "first_day": MONDAY + datetime.timedelta(days=first),
            "last_day": MONDAY + datetime.timedelta(days=first if last is None else last),
            "part": part,
            "reason": " Conference ",
        }
        return domain.mark_off(**values | changes)

    return mark


class TestMarkOff:
    def test_a_doctor_marks_themselves_off_and_it_counts_at_once(self, off, world):
        made = off(0, 2)
        assert (made.status, made.decided_by, made.asked_by) == (
            "approved",
            world.doctor.user,
            world.doctor.user,
        )
        assert made.decided_at and made.reason == "Conference"
        assert list(TimeOff.objects.approved()) == [made]
        assert Event.objects.filter(verb="time_off.marked", subject_id=made.pk).exists()

    def test_owner_and_administrator_mark_anybody_off(self, off, world):
        assert off(0, by=world.owner).decided_by == world.owner
        administrator = factories.person(world.branch, "administrator")
        assert off(1, by=administrator).decided_by == administrator

    def test_a_colleague_may_not(self, off, world):
        other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
        with pytest.raises(Refusal, match="your own availability; for Vivek Kapoor ask them"):
            off(0, by=other.user)
        for person in (world.receptionist, factories.person(world.branch, "therapist")):
            with pytest.raises(Refusal, match="may not change who is available"):
                off(0, by=person)
            with pytest.raises(Refusal, match="may not change who is available"):
                off(0, by=person, person=person)
        assert not TimeOff.objects.exists()

    @pytest.mark.parametrize(
        ("parts", "clash"),
        [
            ((Part.FULL_DAY, Part.FULL_DAY), True),
            ((Part.FULL_DAY, Part.MORNING), True),
            ((Part.AFTERNOON, Part.FULL_DAY), True),
            ((Part.MORNING, Part.MORNING), True),
            ((Part.MORNING, Part.AFTERNOON), False),
        ],
    )
    def test_what_overlaps_is_refused(self, off, parts, clash):
        off(0, 3, parts[0])
        if clash:
            with pytest.raises(Refusal, match="off already from 2 March to 5 March") as refusal:
                off(3, 5, parts[1])
            assert refusal.value.field == "first_day"
        else:
            off(3, 5, parts[1])
        assert TimeOff.objects.count() == (1 if clash else 2)

    def test_another_s_days_and_days_beside_do_not_clash(self, off, world):
        off(1, 2)
        off(0)
        off(3)
        off(1, 2, by=world.owner, person=world.receptionist)
        assert TimeOff.objects.approved().count() == 4

    def test_days_in_no_order_or_without_end_are_refused(self, off):
        with pytest.raises(Refusal, match="before the first"):
            off(3, 1)
        with pytest.raises(Refusal, match="at most a year"):
            off(0, 400)

    def test_taken_back_it_closes_nothing_and_stays(self, off, world):
        made = domain.withdraw_time_off(by=world.owner, time_off=off(0), reason=" Cancelled ")
        assert (made.status, made.comment, made.decided_by) == ("withdrawn", "Cancelled", world.owner)
        assert not TimeOff.objects.approved().exists()
        off(0)
        with pytest.raises(Refusal, match="taken back already"):
            domain.withdraw_time_off(by=world.owner, time_off=made, reason="Again")

    def test_taking_back_needs_a_reason_and_the_right(self, off, world):
        made = off(0)
        with pytest.raises(Refusal, match="Say why"):
            domain.withdraw_time_off(by=world.owner, time_off=made, reason=" ")
        with pytest.raises(Refusal, match="may not"):
            domain.withdraw_time_off(by=world.receptionist, time_off=made, reason="No")


class TestSwitch:
    def test_it_is_switched_and_told(self, world):
        off = domain.switch_available(
            by=world.doctor.user, practitioner=world.doctor, is_available=False, version=1
        )
        assert not Practitioner.objects.get().is_available and off.version == 2
        assert Event.objects.get(verb="practitioner.switched").data == {"is_available": False}

    def test_two_taps_are_one(self, world):
        for _ in range(2):
            domain.switch_available(by=world.owner, practitioner=world.doctor, is_available=False, version=1)
        assert Practitioner.objects.get().version == 2
        assert Event.objects.filter(verb="practitioner.switched").count() == 1

    def test_an_old_page_does_not_undo_what_another_did(self, world):
        domain.switch_available(by=world.owner, practitioner=world.doctor, is_available=False, version=1)
        domain.switch_available(by=world.owner, practitioner=world.doctor, is_available=True, version=2)
        with pytest.raises(Stale):
            domain.switch_available(by=world.owner, practitioner=world.doctor, is_available=False, version=1)
        assert Practitioner.objects.get().is_available

    def test_the_desk_may_not(self, world):
        with pytest.raises(Refusal):
            domain.switch_available(
                by=world.receptionist, practitioner=world.doctor, is_available=False, version=1
            )


def shift(starts: int, ends: int, **changes) -> DayHours:
    return DayHours(starts=datetime.time(starts), ends=datetime.time(ends), **changes)


class TestDayHours:
    @pytest.fixture
    def put(self, world):
        def put(*shifts: DayHours, **changes) -> list[DayHours]:
            values = {
                "by": world.doctor.user,
                "practitioner": world.doctor,
                "day": MONDAY,
                "shifts": list(shifts),
            }
            return domain.set_day_hours(**values | changes)

        return put

    def test_they_replace_those_of_the_date_alone(self, put, world):
        put(shift(9, 12), shift(17, 20, name="Evening clinic", mode="serial", per_slot=30, slot_minutes=30))
        put(shift(10, 11), day=MONDAY + datetime.timedelta(days=1))
        put(shift(9, 11))
        assert [str(one) for one in world.doctor.day_hours.all()] == [
            "2026-03-02 09:00-11:00",
            "2026-03-03 10:00-11:00",
        ]
        put()
        assert world.doctor.day_hours.get().day == MONDAY + datetime.timedelta(days=1)

    @pytest.mark.parametrize(
        ("shifts", "said"),
        [
            ([(9, 13, {}), (12, 15, {})], "Two shifts overlap"),
            ([(13, 9, {})], "must be in order"),
            ([(9, 13, {"break_starts": datetime.time(14), "break_ends": datetime.time(15)})], "break inside"),
            ([(9, 13, {"per_slot": 3})], "only where serial numbers"),
            ([(9, 10, {"slot_minutes": 90})], "longer than the shift"),
            ([(9, 10, {"slot_minutes": 3})], "5 to 720 minutes"),
            ([(9, 13, {"cap": 0})], "at least one person"),
        ],
    )
    def test_what_makes_no_sense_is_refused_and_the_old_hours_stay(self, put, world, shifts, said):
        put(shift(9, 12))
        with pytest.raises(Refusal, match=said):
            put(*(shift(starts, ends, **changes) for starts, ends, changes in shifts))
        assert str(world.doctor.day_hours.get()) == "2026-03-02 09:00-12:00"

    def test_touching_shifts_are_two(self, put, world):
        put(shift(9, 12), shift(12, 15))
        assert world.doctor.day_hours.count() == 2


class TestOutOfService:
    @pytest.fixture
    def laser(self, world):
        return factories.device(world.branch)

    @pytest.fixture
    def broken(self, world, laser):
        def take(starts: float = 0, ends: float | None = 2, **changes) -> OutOfService:
            """Hours from now."""
            now = datetime.datetime.now(datetime.UTC)
            values = {
                "by": world.owner,
                "resource": laser,
                "starts_at": now + datetime.timedelta(hours=starts),
                "ends_at": None if ends is None else now + datetime.timedelta(hours=ends),
                "reason": "Cooling fails",
            }
            return domain.take_out_of_service(**values | changes)

        return take

    def test_it_is_out_until_it_is_put_back(self, broken, world, laser):
        outage = broken(-1, None)
        with pytest.raises(Refusal, match="out of service then already"):
            broken(500, 501)
        assert domain.put_back(by=world.owner, outage=outage).ends_at
        with pytest.raises(Refusal, match="back in service already"):
            domain.put_back(by=world.owner, outage=outage)
        verbs = Event.objects.filter(subject_id=outage.pk).values_list("verb", flat=True)
        assert set(verbs) == {"resource.out_of_service", "resource.put_back"}

    def test_one_that_has_not_begun_never_was(self, broken, world):
        domain.put_back(by=world.owner, outage=broken(5, 6))
        assert not OutOfService.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [({"reason": " "}, "what is wrong"), ({"starts": 2, "ends": 1}, "back before")],
    )
    def test_what_makes_no_sense_is_refused(self, broken, changes, said):
        with pytest.raises(Refusal, match=said):
            broken(**changes)

    def test_a_person_has_time_off_instead(self, broken, world):
        with pytest.raises(Refusal, match="mark time off instead"):
            broken(resource=Resource.objects.get(pk=world.doctor.resource_id))
