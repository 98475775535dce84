"""What decides about a time: every input on its own, and the number of queries that reading them takes."""

import datetime
from dataclasses import replace

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from appointments import availability
from appointments.availability import PartWish
from appointments.models import Appointment, BookingRules, Hold, Offer, Sitting
from appointments.slots import Span
from clinic.models import BranchHours, Holiday, OutOfService, Resource
from packages.models import Performer, TreatmentResource
from staff.models import DayHours, TimeOff, WeeklyHours
from tests import factories

from .conftest import TUESDAY, chain_free

WEDNESDAY = TUESDAY + datetime.timedelta(days=1)
HALF_HOUR = datetime.timedelta(minutes=30)


@pytest.fixture
def facial(world):
    """30 minutes, needs nothing but the practitioner."""
    return factories.treatment(world.branch, name="Facial", minutes=30)


@pytest.fixture
def diary(world, facial):
    """Of today, with Dr. Kapoor and a facial unless told otherwise."""

    def read(**changes) -> availability.Diary:
        wish = {
            "branch": world.branch,
            "practitioner": world.doctor,
            "treatment": facial,
            "first": TUESDAY,
        }
        return availability.read(**wish | changes)

    return read


@pytest.fixture
def why(diary, at):
    """Why a visit of half an hour can't begin today at a local time, or None."""

    def say(hour: int, minute: int = 0, **changes) -> str | None:
        found, start = diary(**changes), at(hour, minute)
        visit = Span(start, start + found.length)
        return found.why_closed(visit, timezone.now()) or found.why_taken(visit)

    return say


def free(found: availability.Diary, day: datetime.date = TUESDAY) -> list[str]:
    return [f"{start:%H:%M}" for start in found.free_on(day, timezone.now())]


def times(found) -> list[tuple]:
    return [(each.starts_at, each.practitioner) for each in found]


def shift(world, **changes) -> WeeklyHours:
    """The doctor's only shift on Tuesdays."""
    world.doctor.weekly_hours.filter(weekday=1).delete()
    return another_shift(world, **changes)


def another_shift(world, **changes) -> WeeklyHours:
    values = {"weekday": 1, "starts": datetime.time(10), "ends": datetime.time(12)}
    return WeeklyHours.objects.create(practitioner=world.doctor, **values | changes)


def time_off(world, **changes) -> TimeOff:
    values = {
        "person": world.doctor.user,
        "first_day": TUESDAY,
        "last_day": TUESDAY,
        "reason": "Surgery of her own",
        "status": "approved",
        "asked_by": world.owner,
        "decided_by": world.owner,
        "decided_at": timezone.now(),
    }
    return TimeOff.objects.create(**values | changes)


def hold(resource, starts, minutes=60, **owner) -> Hold:
    during = DateTimeTZRange(starts, starts + datetime.timedelta(minutes=minutes))
    return Hold.objects.create(resource=resource, during=during, **owner)


def test_several_shifts_a_day_each_with_its_break_and_grid(world, diary):
    shift(world, name="Morning", break_starts=datetime.time(10, 30), break_ends=datetime.time(11))
    another_shift(
        world, name="Evening", starts=datetime.time(17, 10), ends=datetime.time(18, 40), slot_minutes=20
    )
    assert free(diary()) == ["10:00", "11:00", "11:15", "11:30", "17:10", "17:30", "17:50", "18:10"]


def test_a_shift_counts_from_and_until_its_dates(world, diary, why):
    row = shift(world, valid_from=WEDNESDAY)
    assert free(diary()) == [] and why(10) == "Dr. Vivek Kapoor does not work on Tuesday 3 March."
    for valid in ({"valid_from": TUESDAY}, {"valid_from": None, "valid_to": TUESDAY}):
        WeeklyHours.objects.filter(pk=row.pk).update(**valid)
        assert free(diary())[0] == "10:00", valid
    WeeklyHours.objects.filter(pk=row.pk).update(
        valid_from=None, valid_to=TUESDAY - datetime.timedelta(days=1)
    )
    assert free(diary()) == []


def test_hours_of_one_day_stand_in_place_of_the_weekly_ones(world, diary, why):
    DayHours.objects.create(
        practitioner=world.doctor, day=TUESDAY, starts=datetime.time(15), ends=datetime.time(16)
    )
    assert free(diary()) == ["15:00", "15:15", "15:30"]
    assert why(10) == (
        "On Tuesday 3 March Dr. Vivek Kapoor works other hours than usual, from 15:00 to 16:00; "
        "this visit would be from 10:00 to 10:30."
    )
    assert free(diary(first=WEDNESDAY), WEDNESDAY)[0] == "09:00"


def test_the_shift_of_a_moment_is_told(world, diary, at):
    row = shift(world)
    assert diary().shift_at(at(10)) == row and diary().shift_at(at(11, 59)) == row
    assert diary().shift_at(at(12)) is None
    single = DayHours.objects.create(
        practitioner=world.doctor, day=TUESDAY, starts=datetime.time(12), ends=datetime.time(13)
    )
    assert diary().shift_at(at(12)) == single and diary().shift_at(at(10)) is None


def test_holidays_and_opening_hours_close_the_house(world, diary, why):
    shift(world, starts=datetime.time(7), ends=datetime.time(10))
    assert free(diary()) == ["09:00", "09:15", "09:30"], "the house opens at nine"
    assert why(8, 45) == (
        "Linqs Cosmetology Clinic is open from 09:00 to 19:00 on Tuesday 3 March; "
        "this visit would be from 08:45 to 09:15."
    )
    Holiday.objects.create(branch=world.branch, day=TUESDAY, name="Holi")
    assert free(diary()) == [] and why(9) == "Linqs Cosmetology Clinic is closed on Tuesday 3 March: Holi."


def test_leave_closes_its_days_without_saying_what_for(world, diary, why, at):
    time_off(world, first_day=TUESDAY - datetime.timedelta(days=3), last_day=WEDNESDAY)
    found = diary(days=3)
    assert free(found) == free(found, WEDNESDAY) == []
    assert why(10) == "Dr. Vivek Kapoor is on leave until Wednesday 4 March."
    assert found.next_free(timezone.now())[0] == at(9, days=2)


def test_a_single_day_of_leave_is_named(world, why):
    time_off(world)
    assert why(10) == "Dr. Vivek Kapoor is on leave on Tuesday 3 March."


@pytest.mark.parametrize(
    "part, first, last, closed, said",
    [
        ("morning", "14:30", "18:30", (10, 0), "Dr. Vivek Kapoor has the morning of Tuesday 3 March off."),
        (
            "afternoon",
            "09:00",
            "12:30",
            (15, 0),
            "Dr. Vivek Kapoor has the afternoon of Tuesday 3 March off.",
        ),
    ],
)
def test_half_a_day_off_is_cut_where_the_branch_says(world, diary, why, part, first, last, closed, said):
    BookingRules.objects.create(branch=world.branch, half_day_at=datetime.time(14, 30))
    time_off(world, part=part)
    if part == "afternoon":
        BookingRules.objects.update(half_day_at=datetime.time(13))
    assert (free(diary())[0], free(diary())[-1]) == (first, last)
    assert why(*closed) == said


@pytest.mark.parametrize("status", ["pending", "rejected", "withdrawn"])
def test_only_approved_leave_closes_the_calendar(world, diary, status):
    undecided = {"decided_by": None, "decided_at": None} if status == "pending" else {}
    time_off(world, status=status, **undecided)
    assert free(diary())[0] == "09:00"


def test_somebody_elses_leave_is_no_matter(world, diary):
    time_off(world, person=world.owner)
    assert free(diary())[0] == "09:00"


def test_the_longest_buffer_round_a_visit_counts(world, diary, facial, booked, at):
    """After a visit that ends at 10:45: the resource's 5 minutes are held with it, then what the next one asks."""
    Resource.objects.filter(pk=world.doctor.resource_id).update(minutes_after=5)
    world.doctor.refresh_from_db()
    booked(10)
    assert [time for time in free(diary()) if "09:45" < time < "11:30"] == ["11:00", "11:15"]
    facial.minutes_before = 15
    assert "11:00" not in free(diary()) and "11:15" in free(diary())
    world.doctor.weekly_hours.update(minutes_before=30)
    assert "11:15" not in free(diary()) and "11:30" in free(diary())
    (lane,) = diary().lanes[0]
    visit = Span(at(15), at(15, 30))
    assert lane.around(visit) == Span(at(14, 30), at(15, 35))


def test_a_device_out_of_service_is_as_if_held(world, hair_removal, laser, diary, why, at):
    broken = OutOfService.objects.create(
        resource=laser, starts_at=at(10), ends_at=at(11), reason="Lamp worn out"
    )
    found = diary(treatment=hair_removal)
    assert [time for time in free(found) if time < "12:00"] == [
        "09:00",
        "09:15",
        "11:00",
        "11:15",
        "11:30",
        "11:45",
    ]
    assert why(10, treatment=hair_removal) == "Diode laser is out of service at that time: Lamp worn out."
    OutOfService.objects.filter(pk=broken.pk).update(ends_at=None)
    assert diary(treatment=hair_removal, days=21).next_free(timezone.now())[-1] == at(9, 15)


def test_another_device_serves_while_one_is_repaired(world, hair_removal, laser, diary, why, at):
    OutOfService.objects.create(resource=laser, starts_at=at(8), reason="Lamp worn out")
    second = factories.device(world.branch, "Alexandrite")
    TreatmentResource.objects.create(treatment=hair_removal, resource=second)
    assert why(10, treatment=hair_removal) is None
    OutOfService.objects.create(resource=second, starts_at=at(8), reason="Leaks")
    said = why(10, treatment=hair_removal)
    assert said == "Alexandrite, Diode laser are all in use or out of service at that time."


def test_what_is_inactive_serves_nobody(world, hair_removal, laser, diary, why):
    Resource.objects.filter(pk=laser.pk).update(is_active=False)
    assert free(diary(treatment=hair_removal)) == []
    assert "No device that this treatment needs is in service" in why(10, treatment=hair_removal)
    world.doctor.user.is_active = False
    assert free(diary()) == [] and why(10) == "Dr. Vivek Kapoor takes no bookings at this branch."
    world.doctor.user.is_active = True
    world.doctor.resource.is_active = False
    assert free(diary()) == [] and why(10) == "Dr. Vivek Kapoor takes no bookings at this branch."


def test_only_performers_give_a_treatment(world, facial, diary, why):
    other = factories.practitioner(world.branch, full_name="Asha Rao")
    Performer.objects.create(treatment=facial, practitioner=other)
    assert free(diary()) == []
    assert why(10) == "Dr. Vivek Kapoor does not give Facial; it is given by Dr. Asha Rao."
    assert free(diary(practitioner=other))[0] == "09:00"
    found = availability.first_free(
        branch=world.branch, treatment=facial, first=TUESDAY, not_before=timezone.now(), count=2
    )
    assert {each.practitioner for each in found} == {other}
    third = factories.practitioner(world.branch, full_name="Bina Shah")
    Performer.objects.create(treatment=facial, practitioner=third)
    assert why(10).endswith("it is given by Dr. Asha Rao and Dr. Bina Shah.")
    Performer.objects.all().delete()
    Performer.objects.create(treatment=facial, practitioner=factories.practitioner(world.elsewhere))
    assert why(10) == "Nobody at this branch gives Facial."


def test_a_day_holds_no_more_visits_than_its_cap(world, facial, diary, why, booked, at):
    BookingRules.objects.create(branch=world.branch, daily_cap=2)
    first = booked(10)
    assert free(diary())
    booked(15)
    assert free(diary()) == []
    assert why(12) == "Dr. Vivek Kapoor has as many visits on Tuesday 3 March as a day may hold (2)."
    assert free(diary(first=WEDNESDAY), WEDNESDAY), "the next day has its own"
    assert "10:00" in free(diary(ignoring=first.pk)), "a visit that is moved makes room for itself"
    world.doctor.daily_cap = 3
    assert free(diary()), "the doctor's own cap comes first"
    world.doctor.daily_cap = None
    Appointment.objects.filter(pk=first.pk).update(status="cancelled")
    assert "12:00" in free(diary()), "who has cancelled doesn't count"


def test_a_shift_takes_no_more_people_than_its_cap(world, diary, why, booked):
    shift(world, cap=1, slot_minutes=30)
    another_shift(world, starts=datetime.time(15), ends=datetime.time(16))
    booked(10)
    assert free(diary()) == ["15:00", "15:15", "15:30"]
    assert why(11) == "The shift of Dr. Vivek Kapoor from 10:00 to 12:00 on Tuesday 3 March is full."
    WeeklyHours.objects.filter(cap=1).update(overflow="waitlist")
    assert why(11).endswith("is full. The visit can go on the waitlist.")


def test_an_offer_keeps_its_time_from_everybody_but_its_customer(world, facial, diary, priya, booked, at):
    waiting = booked(16)
    offer = Offer.objects.create(
        branch=world.branch, customer=priya, treatment=facial, practitioner=world.doctor, appointment=waiting,
        starts_at=at(10), ends_at=at(11), held_until=at(9),
    )  # fmt: skip
    hold(world.doctor.resource, at(10), offer=offer)
    assert "10:00" not in free(diary())
    assert "10:00" in free(diary(ignoring_offer=offer.pk))
    Hold.objects.filter(offer=offer).update(released_at=timezone.now())
    assert "10:00" in free(diary())


def sitting(world, at, **changes) -> Sitting:
    values = {"mode": "serial", "starts_at": at(10), "ends_at": at(12), "day": TUESDAY}
    return Sitting.objects.create(branch=world.branch, practitioner=world.doctor, **values | changes)


def people(world, visit, of, count, **changes):
    """So many visits of a sitting, written past the verbs."""
    for number in range(1, count + 1):
        Appointment.objects.create(
            number=factories.number(), branch=world.branch, customer=visit.customer, practitioner=world.doctor,
            treatment=visit.treatment, starts_at=of.starts_at, ends_at=of.starts_at + HALF_HOUR, sitting=of,
            booked_by=world.owner, **{"serial": number} | changes,
        )  # fmt: skip


def test_a_serial_shift_offers_when_the_next_number_comes(world, diary, why, at, booked):
    visit = booked(15)
    shift(world, mode="serial", slot_minutes=30, per_slot=2)
    assert free(diary()) == ["10:00"]
    row = sitting(world, at, last_serial=3)
    hold(world.doctor.resource, at(10), 120, sitting=row)
    assert free(diary()) == ["10:30"], "and the sitting's own hold is in nobody's way"
    Sitting.objects.update(last_serial=8)
    people(world, visit, row, 8)
    assert free(diary()) == []
    assert why(10, 30) == "The shift of Dr. Vivek Kapoor from 10:00 to 12:00 on Tuesday 3 March is full."
    Appointment.objects.filter(serial=2).update(status="cancelled")
    assert free(diary()) == ["11:30"], "room for one, but number 9 comes last"
    people(world, visit, row, 1, serial=None, priority="priority")
    assert free(diary()) == ["11:30"], "priority has no number and takes no place"
    world.doctor.weekly_hours.filter(weekday=1).update(overflow="last", cap=3)
    assert free(diary()) == ["11:30"]


def test_numbers_go_on_where_the_hours_of_the_shift_were_changed(world, diary, at):
    shift(world, mode="serial", slot_minutes=30, per_slot=2, starts=datetime.time(9, 30))
    row = sitting(world, at, last_serial=4)
    hold(world.doctor.resource, at(10), 120, sitting=row)
    assert free(diary()) == ["10:30"], "number 5 of a shift that begins at half past nine"


def test_people_with_numbers_share_the_doctor_but_not_the_device(
    world, hair_removal, laser, diary, why, at, booked
):
    shift(world, mode="serial", slot_minutes=30, per_slot=2)
    other = factories.practitioner(world.branch, full_name="Asha Rao")
    booked(10, practitioner=other)
    assert free(diary(treatment=hair_removal)) == []
    assert why(10, treatment=hair_removal) == "Diode laser is in use at that time."
    assert free(diary()) == ["10:00"]


def test_a_sitting_is_in_the_way_of_other_shifts(world, diary, at):
    shift(world)
    hold(world.doctor.resource, at(10), sitting=sitting(world, at))
    assert free(diary()) == ["11:00", "11:15", "11:30"], "the shift gives out times now"


def test_a_queue_offers_its_start_until_it_is_full(world, diary, why, at, booked):
    shift(world, mode="queue", cap=1)
    assert free(diary()) == ["10:00"]
    assert [f"{start:%H:%M}" for start in diary().free_on(TUESDAY, at(10, 42))] == ["10:42"]
    visit = booked(15, practitioner=factories.practitioner(world.branch, full_name="Asha Rao"))
    people(world, visit, sitting(world, at, mode="queue"), 1, serial=None)
    assert free(diary()) == [] and "is full" in why(10)


def test_a_room_can_be_asked_for(world, facial, diary, why, booked, at):
    rooms = [Resource.objects.create(branch=world.branch, kind="room", name=f"Room {n}") for n in (1, 2, 3)]
    for room in rooms[:2]:
        TreatmentResource.objects.create(treatment=facial, resource=room)
    booked(10, treatment=facial, practitioner=factories.practitioner(world.branch, full_name="Asha Rao"))
    assert "10:00" in free(diary()) and "10:00" in free(diary(room=rooms[1]))
    assert "10:00" not in free(diary(room=rooms[0]))
    assert why(10, room=rooms[0]) == "Room 1 is in use at that time."
    assert why(10, room=rooms[2]) == "Room 3 is not fitted out for Facial."
    rooms[1].is_active = False
    assert why(10, room=rooms[1]) == "Room 2 is not in use at this branch."


def test_a_hold_that_reaches_over_midnight_counts_on_both_days(world, diary, at):
    BranchHours.objects.update(
        opens=datetime.time(0), closes=datetime.time(23, 59), break_starts=None, break_ends=None
    )
    world.doctor.weekly_hours.update(
        starts=datetime.time(0), ends=datetime.time(23, 59), break_starts=None, break_ends=None
    )
    hold(world.doctor.resource, at(23, days=-1), 120, sitting=sitting(world, at, day=TUESDAY))
    found = [f"{start:%H:%M}" for start in diary().free_on(TUESDAY, at(0))]
    assert found[0] == "01:00"
    assert found[-1] == "23:15", "and a visit ends on the day on which it begins"


@pytest.mark.parametrize("minutes", [0, -30, 25 * 60])
def test_lengths_that_make_no_sense_have_no_free_times_but_a_reason(world, diary, why, minutes):
    assert free(diary(minutes=minutes)) == []
    assert why(10, minutes=minutes)


def test_the_soonest_times_are_those_of_anybody(world, facial, booked, at):
    asha = factories.practitioner(world.branch, full_name="Asha Rao")
    booked(9)
    found = availability.first_free(
        branch=world.branch, treatment=facial, first=TUESDAY, not_before=timezone.now(), count=4
    )
    assert times(found) == [(at(9), asha), (at(9, 15), asha), (at(9, 30), asha), (at(9, 45), asha)]
    only = availability.first_free(
        branch=world.branch, treatment=facial, practitioners=[world.doctor], first=TUESDAY,
        not_before=timezone.now(), count=1,
    )  # fmt: skip
    assert times(only) == [(at(9, 45), world.doctor)]


def test_the_soonest_time_may_be_weeks_away(world, facial, at):
    time_off(world, last_day=TUESDAY + datetime.timedelta(days=16))
    wish = {"branch": world.branch, "treatment": facial, "first": TUESDAY, "not_before": timezone.now()}
    assert times(availability.first_free(**wish, count=1)) == [(at(9, days=17), world.doctor)]
    assert availability.first_free(**wish, days=17) == []
    assert availability.first_free(**wish, practitioners=[]) == []


def test_parts_follow_each_other_where_each_fits(world, facial, hair_removal, booked, at):
    asha = factories.practitioner(world.branch, full_name="Asha Rao")
    booked(10, treatment=facial, practitioner=asha)
    parts = [
        PartWish(facial, world.doctor),
        PartWish(hair_removal, asha, 20),
        PartWish(facial, world.doctor, 60),
    ]
    found = chain_free(branch=world.branch, parts=parts, day=TUESDAY, not_before=timezone.now())
    assert found and at(9) in found and at(9, 30) not in found
    assert found == _brute_force(world, parts)


def _brute_force(world, parts) -> list[datetime.datetime]:
    now = timezone.now()
    read = [
        availability.read(
            branch=world.branch, practitioner=part.practitioner, treatment=part.treatment, minutes=part.minutes,
            first=TUESDAY,
        )
        for part in parts
    ]  # fmt: skip
    found = []
    for n in range(24 * 4):
        start = begin = availability.midnight(TUESDAY, world.branch.zone) + n * datetime.timedelta(minutes=15)
        fits = True
        for diary in read:
            visit = Span(start, start + diary.length)
            fits = fits and diary.why_closed(visit, now) is None and diary.why_taken(visit) is None
            start = visit.ends
        if fits:
            found.append(begin)
    return found


def test_a_device_is_made_ready_between_two_parts_a_doctor_is_not(world, hair_removal, laser, at):
    wish = {"branch": world.branch, "day": TUESDAY, "not_before": timezone.now()}
    parts = [PartWish(hair_removal, world.doctor), PartWish(hair_removal, world.doctor)]
    Resource.objects.filter(pk=world.doctor.resource_id).update(minutes_after=10)
    world.doctor.resource.refresh_from_db()
    assert chain_free(parts=parts, **wish)[0] == at(9)
    Resource.objects.filter(pk=laser.pk).update(minutes_after=10)
    assert chain_free(parts=parts, **wish) == []
    TreatmentResource.objects.create(
        treatment=hair_removal, resource=factories.device(world.branch, "Alexandrite")
    )
    assert chain_free(parts=parts, **wish)[0] == at(9), "each part with a device of its own"


def test_a_series_says_which_dates_can_not_be_had_and_what_else_could(world, facial, booked, at):
    booked(10, days=7)
    Holiday.objects.create(branch=world.branch, day=TUESDAY + datetime.timedelta(days=14), name="Holi")
    starts = [at(10, days=days) for days in (0, 7, 14, 21)]
    found = availability.series(
        branch=world.branch, practitioner=world.doctor, treatment=facial, minutes=None, starts=starts
    )
    assert [each.starts_at for each in found] == starts
    assert [bool(each.why_not) for each in found] == [False, True, True, False]
    assert found[1].why_not == "Dr. Vivek Kapoor already has a visit at that time."
    assert {at(9, 30, days=7), at(10, 45, days=7)} <= set(found[1].offers)
    assert "Holi" in found[2].why_not
    assert at(10, days=15) in found[2].offers, "the day after, round the same hour"
    assert found[0].offers == []


def test_dates_of_a_series_do_not_stand_in_each_others_way(world, facial, at):
    found = availability.series(
        branch=world.branch, practitioner=world.doctor, treatment=facial, minutes=None,
        starts=[at(10), at(10, 15)],
    )  # fmt: skip
    assert [each.why_not for each in found] == ["", "Another visit of this series is at that time."]
    assert found[1].offers and at(10, 15) not in found[1].offers


def test_the_rota_says_who_works_when_and_who_is_away(world, at):
    asha = factories.practitioner(world.branch, full_name="Asha Rao")
    time_off(world, part="morning")
    time_off(world, person=asha.user, last_day=WEDNESDAY)
    rota = availability.rota(branch=world.branch, practitioners=[world.doctor, asha], first=TUESDAY, days=3)
    assert rota.hours(world.doctor, TUESDAY).open_ == (Span(at(13), at(19)),)
    assert rota.hours(world.doctor, TUESDAY).breaks == (Span(at(13), at(14)),)
    assert [away.label for away in rota.away(world.doctor, TUESDAY)] == ["Morning off"]
    assert rota.hours(asha, TUESDAY).open_ == ()
    assert [away.label for away in rota.away(asha, TUESDAY)] == ["On leave until 4 Mar"]
    assert [away.label for away in rota.away(asha, WEDNESDAY)] == ["On leave"], "the last day of it"
    assert rota.away(asha, WEDNESDAY + datetime.timedelta(days=1)) == []
    assert [row.starts for row in rota.shifts(asha, TUESDAY)] == [datetime.time(9)], "as planned"
    assert rota.house(TUESDAY).open_ == (Span(at(9), at(19)),)


def test_who_has_left_has_no_hours(world):
    Resource.objects.filter(pk=world.doctor.resource_id).update(is_active=False)
    world.doctor.resource.refresh_from_db()
    rota = availability.rota(branch=world.branch, practitioners=[world.doctor], first=TUESDAY)
    assert rota.hours(world.doctor, TUESDAY).open_ == ()


@pytest.fixture
def crowd(world, booked):
    """Twelve practitioners, some with numbers, leave, and visits on several days."""
    some = [factories.practitioner(world.branch, full_name=f"Doctor {n:02d}") for n in range(12)]
    for each in some[:6]:
        time_off(world, person=each.user)
        each.weekly_hours.filter(weekday=2).update(mode="serial")
        DayHours.objects.create(
            practitioner=each, day=WEDNESDAY, starts=datetime.time(9), ends=datetime.time(12)
        )
    booked(10)
    booked(10, days=3)
    return some


def test_reading_costs_the_same_for_any_number_of_people_and_days(
    world, facial, crowd, django_assert_num_queries, django_assert_max_num_queries
):
    now = timezone.now()
    for days in (1, 31):
        for some in (crowd[:1], crowd):
            with django_assert_num_queries(6):
                availability.rota(branch=world.branch, practitioners=some, first=TUESDAY, days=days)
    for some in (crowd[:1], crowd, None):
        with django_assert_max_num_queries(18):
            wish = {"branch": world.branch, "treatment": facial, "first": TUESDAY, "not_before": now}
            availability.first_free(**wish, practitioners=some, count=1000)
        with django_assert_max_num_queries(13):
            availability.first_free(**wish, practitioners=some[6:] if some else None, count=2)
    for parts in (1, 6):
        wishes = [PartWish(facial, each, 10) for each in crowd[6 : 6 + parts]]
        with django_assert_num_queries(11):
            assert chain_free(branch=world.branch, parts=wishes, day=TUESDAY, not_before=now)
    for count in (1, 12):
        starts = [now + datetime.timedelta(days=28 * n) for n in range(count)]
        with django_assert_num_queries(12):
            availability.series(
                branch=world.branch, practitioner=crowd[0], treatment=facial, minutes=None, starts=starts
            )


def test_somebody_may_choose_among_what_a_visit_needs(hair_removal, diary, at):
    """As a caller does who holds the practitioner in another way."""
    found = diary(treatment=hair_removal)
    narrowed = replace(found, groups=found.groups[1:])
    assert narrowed.free_on(TUESDAY, timezone.now()) == found.free_on(TUESDAY, timezone.now())
    assert [group.kind for group in narrowed.groups] == ["device"]
