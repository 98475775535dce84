"""Free times where clocks change and where they differ by half hours. What is free is found by walking real time."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from appointments import availability
from appointments.slots import Span
from clinic.models import Branch, BranchHours
from staff.models import DayHours, TimeOff
from tests import factories

from .conftest import chain_free

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
LAST_MINUTE = datetime.time(23, 59)
# The days on which the clocks are put forward and back; None where they never are.
CHANGES = {
    "Europe/Berlin": (datetime.date(2026, 3, 29), datetime.date(2026, 10, 25)),
    "America/New_York": (datetime.date(2026, 3, 8), datetime.date(2026, 11, 1)),
    "Australia/Adelaide": (datetime.date(2026, 10, 4), datetime.date(2026, 4, 5)),
    "Asia/Kolkata": (None, None),
}
SPRING, AUTUMN = CHANGES["Europe/Berlin"]


@pytest.fixture
def nights(world):
    """Open round the clock, with a doctor who never goes home, at the zone asked for."""

    def read(zone: str, day: datetime.date, minutes: int = 30) -> availability.Diary:
        Branch.objects.update(time_zone=zone)
        whole = {"break_starts": None, "break_ends": None}
        BranchHours.objects.update(opens=datetime.time.min, closes=LAST_MINUTE, **whole)
        world.doctor.weekly_hours.update(starts=datetime.time.min, ends=LAST_MINUTE, **whole)
        treatment = factories.treatment(world.branch, minutes=minutes)
        branch = Branch.objects.get(pk=world.branch.pk)
        return availability.read(branch=branch, practitioner=world.doctor, treatment=treatment, first=day)

    return read


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("which", [0, 1])
def test_the_grid_is_even_in_real_time_and_never_leaves_the_day(nights, zone, which):
    day = CHANGES[zone][which] or SPRING
    found = nights(zone, day)
    free = found.free_on(day, LONG_AGO)
    walked = availability.midnight(day, ZoneInfo(zone))
    expected = []
    while walked + found.length <= availability.instant(day, LAST_MINUTE, ZoneInfo(zone)):
        expected.append(walked)
        walked += datetime.timedelta(minutes=15)
    assert [start.astimezone(datetime.UTC) for start in free] == expected
    assert all(start.tzinfo.key == zone and start.date() == day for start in free)
    assert all(found.is_free(start, LONG_AGO) for start in free)
    hours = 24 if CHANGES[zone][which] is None else (23, 25)[which]
    assert len(free) == 4 * hours - 2


def test_the_hour_that_is_left_out_is_never_offered(nights):
    shown = [f"{start:%H:%M}" for start in nights("Europe/Berlin", SPRING).free_on(SPRING, LONG_AGO)]
    assert shown[7:9] == ["01:45", "03:00"] and not any(time.startswith("02") for time in shown)


def test_the_hour_that_comes_twice_is_offered_twice_as_two_moments(nights):
    free = nights("Europe/Berlin", AUTUMN).free_on(AUTUMN, LONG_AGO)
    twice = [start for start in free if start.hour == 2]
    assert [f"{start:%H:%M}" for start in twice] == ["02:00", "02:15", "02:30", "02:45"] * 2
    assert [start.fold for start in twice] == [0] * 4 + [1] * 4
    assert len({start.astimezone(datetime.UTC) for start in twice}) == 8


def test_a_visit_over_the_change_lasts_as_long_as_ever(nights):
    found = nights("Europe/Berlin", SPRING, minutes=90)
    start = availability.instant(SPRING, datetime.time(1, 30), ZoneInfo("Europe/Berlin"))
    assert start in found.free_on(SPRING, LONG_AGO)
    visit = Span(start, start + found.length)
    assert f"{visit.ends.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" == "04:00"
    assert found.why_closed(visit, LONG_AGO) is None


@pytest.mark.parametrize(
    "starts, ends, expected",
    [((1, 0), (2, 30), 4), ((2, 0), (3, 0), 0), ((2, 30), (4, 0), 4), ((2, 15), (2, 45), 0)],
)
def test_a_shift_in_the_hour_that_is_left_out_shrinks(nights, world, starts, ends, expected):
    """In quarter-hour starts of a quarter-hour visit."""
    found = nights("Europe/Berlin", SPRING, minutes=15)
    DayHours.objects.create(
        practitioner=world.doctor, day=SPRING, starts=datetime.time(*starts), ends=datetime.time(*ends)
    )
    found = availability.read(
        branch=found.branch, practitioner=world.doctor, treatment=found.treatment, first=SPRING
    )
    assert len(found.free_on(SPRING, LONG_AGO)) == expected


@pytest.mark.parametrize("zone", CHANGES)
def test_a_day_off_is_a_local_day_whatever_its_length(nights, world, zone):
    day = CHANGES[zone][1] or AUTUMN
    off = {"status": "approved", "asked_by": world.owner, "decided_by": world.owner, "decided_at": LONG_AGO}
    TimeOff.objects.create(person=world.doctor.user, first_day=day, last_day=day, **off)
    before, after = day - datetime.timedelta(days=1), day + datetime.timedelta(days=1)
    for each, is_open in ((before, True), (day, False), (after, True)):
        found = nights(zone, each)
        assert bool(found.free_on(each, LONG_AGO)) is is_open
        assert bool(found.why_closed(Span(*_quarter(each, zone)), LONG_AGO)) is not is_open


def _quarter(day: datetime.date, zone: str) -> tuple[datetime.datetime, datetime.datetime]:
    starts = availability.instant(day, datetime.time(23, 30), ZoneInfo(zone))
    return starts, starts + datetime.timedelta(minutes=15)


def test_who_asks_in_another_zone_gets_the_same_answer(nights):
    found = nights("Australia/Adelaide", SPRING)
    now = availability.instant(SPRING, datetime.time(9, 7), ZoneInfo("Australia/Adelaide"))
    free = found.free_on(SPRING, now)
    assert f"{free[0]:%H:%M}" == "09:15"
    for zone in (*CHANGES, "Pacific/Kiritimati", "America/Anchorage"):
        assert found.free_on(SPRING, now.astimezone(ZoneInfo(zone))) == free
        start = free[0].astimezone(ZoneInfo(zone))
        assert found.why_closed(Span(start, start + found.length), now) is None
        assert found.shift_at(start) == found.shift_at(free[0])


def test_the_soonest_times_and_a_row_of_parts_are_in_the_order_of_real_time(nights, world):
    found = nights("Europe/Berlin", AUTUMN)
    two = availability.instant(AUTUMN, datetime.time(2), ZoneInfo("Europe/Berlin"))
    others = [factories.practitioner(world.branch, full_name=f"Doctor {n}") for n in range(2)]
    for other in others:
        other.weekly_hours.update(
            starts=datetime.time.min, ends=LAST_MINUTE, break_starts=None, break_ends=None
        )
    wish = {"branch": found.branch, "treatment": found.treatment, "first": AUTUMN, "not_before": two}
    soonest = availability.first_free(**wish, count=20)
    moments = [free.starts_at.astimezone(datetime.UTC) for free in soonest]
    assert moments == sorted(moments) and moments[0] == two
    assert moments[-1] - two == 6 * datetime.timedelta(minutes=15), "three people a quarter of an hour"

    parts = [availability.PartWish(found.treatment, who, 90) for who in (world.doctor, *others)]
    day = {"branch": found.branch, "day": AUTUMN}
    starts = chain_free(parts=parts, not_before=two, **day)
    last = availability.instant(AUTUMN, LAST_MINUTE, ZoneInfo("Europe/Berlin"))
    room = last - starts[-1].astimezone(datetime.UTC)
    assert datetime.timedelta(hours=4.5) <= room < datetime.timedelta(hours=4.75)
