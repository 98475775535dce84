"""Local times as moments, on the days when clocks change and in half-hour zones."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.availability import instant, midnight

ZONES = ["Asia/Kolkata", "Australia/Adelaide", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(datetime.date(2024, 1, 1), datetime.date(2030, 12, 31))
BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = datetime.date(2026, 3, 29), datetime.date(2026, 10, 25)


def utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)


@given(days, st.times(), st.times(), zones)
def test_hours_stay_in_order_whatever_the_clocks_do(day, one, other, zone):
    first, last = sorted((one, other))
    assert midnight(day, zone) <= instant(day, first, zone) <= instant(day, last, zone)
    assert instant(day, last, zone) <= midnight(day + datetime.timedelta(days=1), zone)


@given(days, st.times(), zones)
def test_a_time_that_exists_is_read_off_the_clock_again(day, at, zone):
    moment = instant(day, at, zone).astimezone(zone)
    wall = datetime.datetime.combine(day, at)
    there_is_none = (
        wall.replace(tzinfo=zone).astimezone(datetime.UTC).astimezone(zone).replace(tzinfo=None) != wall
    )
    assert (moment.replace(tzinfo=None) == wall) is not there_is_none


@pytest.mark.parametrize("hour, minute", [(2, 0), (2, 30), (2, 59), (3, 0)])
def test_an_hour_that_is_left_out_is_the_moment_after_it(hour, minute):
    assert instant(SPRING, datetime.time(hour, minute), BERLIN) == utc(2026, 3, 29, 1)


def test_an_hour_that_comes_twice_is_the_first():
    assert instant(AUTUMN, datetime.time(2, 30), BERLIN) == utc(2026, 10, 25, 0, 30)
    assert instant(AUTUMN, datetime.time(3), BERLIN) == utc(2026, 10, 25, 2)


def test_days_have_23_and_25_hours():
    def hours(day):
        return midnight(day + datetime.timedelta(days=1), BERLIN) - midnight(day, BERLIN)

    assert hours(SPRING) == datetime.timedelta(hours=23)
    assert hours(AUTUMN) == datetime.timedelta(hours=25)


def test_half_hours_are_kept():
    assert instant(SPRING, datetime.time(9), ZoneInfo("Asia/Kolkata")) == utc(2026, 3, 29, 3, 30)
    assert instant(SPRING, datetime.time(9), ZoneInfo("Australia/Adelaide")) == utc(2026, 3, 28, 22, 30)
