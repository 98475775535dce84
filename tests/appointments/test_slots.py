"""Slot arithmetic against a slow and obvious model: minutes in a set."""

import datetime
import itertools

from hypothesis import given
from hypothesis import strategies as st

from appointments import slots
from appointments.days import Closed, Day
from appointments.slots import Hours, Lane, Span, Window

MIDNIGHT = datetime.datetime(2026, 3, 3, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
LAST = 240


def span(starts: int, ends: int) -> Span:
    return Span(MIDNIGHT + starts * MINUTE, MIDNIGHT + ends * MINUTE)


def minutes(spans) -> set[int]:
    return {
        m for m in range(-60, LAST + 60) if any(s.starts <= MIDNIGHT + m * MINUTE < s.ends for s in spans)
    }


spans = st.tuples(st.integers(0, LAST), st.integers(0, 60)).map(
    lambda pair: span(pair[0], min(LAST, sum(pair)))
)
several = st.lists(spans, max_size=6)


@given(several)
def test_union_is_the_same_time_sorted_and_apart(given_spans):
    merged = slots.union(given_spans)
    assert minutes(merged) == minutes(given_spans)
    assert all(a.ends < b.starts for a, b in itertools.pairwise(merged))


@given(several, several)
def test_subtract_leaves_what_is_open_and_not_busy(open_, busy):
    assert minutes(slots.subtract(open_, busy)) == minutes(open_) - minutes(busy)


@given(several, several)
def test_intersect_is_what_lies_in_both(one, other):
    assert minutes(slots.intersect(one, other)) == minutes(one) & minutes(other)


@given(
    open_=several,
    held=st.lists(several, min_size=1, max_size=3),
    length=st.integers(5, 50),
    step=st.sampled_from([5, 10, 15, 30]),
    before=st.integers(0, 15),
    after=st.integers(0, 15),
    now=st.integers(-10, LAST),
)
def test_a_time_is_free_exactly_when_every_minute_of_it_is(open_, held, length, step, before, after, now):
    group = [
        Lane(key=i, held=tuple(busy), before=before * MINUTE, after=after * MINUTE)
        for i, busy in enumerate(held)
    ]
    found = slots.free_starts(
        open_, length * MINUTE, step * MINUTE, MIDNIGHT, [group], not_before=MIDNIGHT + now * MINUTE
    )
    usable = minutes(open_)
    expected = [
        m
        for m in range(0, LAST, step)
        if m >= now
        and set(range(m, m + length)) <= usable
        and any(not set(range(m - before, m + length + after)) & minutes(busy) for busy in held)
    ]
    assert found == [MIDNIGHT + m * MINUTE for m in expected]


@given(spans.filter(lambda s: s.starts < s.ends), several, several, st.booleans())
def test_there_is_a_reason_exactly_when_a_visit_is_not_in_open_time(visit, open_, breaks, is_holiday):
    shift = Window(span(0, LAST))
    day = Day(house=Hours(tuple(open_), tuple(breaks)), windows=(shift,), is_holiday=is_holiday)
    inside = any(free.contains(visit) for free in day.open_for(shift))
    assert (day.why_closed(visit, not_before=MIDNIGHT) is None) == inside


def test_the_reason_is_the_nearest_one():
    house = Hours((span(60, 180),), (span(100, 120),))
    own = (Window(span(70, 170), (span(130, 140),)),)
    day = Day(house=house, windows=own)

    def why(starts, ends, now=0):
        return day.why_closed(span(starts, ends), not_before=MIDNIGHT + now * MINUTE)

    assert why(80, 100) is None
    assert why(80, 100, now=81) is Closed.PAST
    assert why(50, 70) is Closed.OUTSIDE_HOURS
    assert why(90, 101) is Closed.BREAK
    assert why(60, 75) is Closed.OUTSIDE_SHIFT
    assert why(125, 131) is Closed.OWN_BREAK
    assert Day(house=house).why_closed(span(80, 90), MIDNIGHT) is Closed.DAY_OFF
    assert Day(windows=own).why_closed(span(80, 90), MIDNIGHT) is Closed.CLOSED_DAY
    assert Day(house, own, is_holiday=True).why_closed(span(80, 90), MIDNIGHT) is Closed.HOLIDAY


def test_an_empty_hold_keeps_nobody_out():
    lane = Lane("laser", (span(20, 20),))
    assert lane.fits(span(10, 30))
    assert not Lane("laser", (span(20, 21),)).fits(span(10, 30))


def test_an_empty_span_is_in_nobodys_way():
    assert not span(5, 5).overlaps(span(0, 10))
    assert not span(0, 10).overlaps(span(5, 5))


def test_one_lane_of_each_group_is_picked():
    rooms = [Lane("room 1", (span(0, 30),)), Lane("room 2")]
    laser = [Lane("laser", (span(60, 90),), after=15 * MINUTE)]
    picked = slots.pick(span(10, 40), [rooms, laser])
    assert [lane.key for lane in picked] == ["room 2", "laser"]
    assert slots.pick(span(10, 50), [rooms, laser]) is None, "the laser is still being cleaned"
    assert slots.pick(span(10, 40), [rooms, []]) is None, "a kind that has nothing in service serves nobody"
