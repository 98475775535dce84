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


@given(several, several)
def test_what_is_taken_and_what_is_left_make_up_the_whole(one, other):
    left, both = slots.subtract(one, other), slots.intersect(one, other)
    assert slots.union([*left, *both]) == slots.union(one)
    assert slots.intersect(left, other) == []
    assert slots.union(slots.union(one)) == slots.union(one)
    assert slots.intersect(one, other) == slots.intersect(other, one)


SERIAL = Window(span(60, 180), mode="serial", before=20 * MINUTE)
SLOT = Window(span(0, 60), before=7 * MINUTE, after=3 * MINUTE)


def shifted(moment):
    return next((window for window in (SLOT, SERIAL) if window.span.has(moment)), None)


lanes = st.builds(
    Lane,
    key=st.integers(0, 2),
    held=several.map(tuple),
    before=st.integers(0, 15).map(lambda n: n * MINUTE),
    after=st.integers(0, 15).map(lambda n: n * MINUTE),
    sittings=several.map(lambda some: tuple((SERIAL.span, each) for each in some)),
    window_at=st.sampled_from([shifted, None]),
)


@given(lanes, st.integers(1, 50), st.sampled_from([SLOT, SERIAL]))
def test_a_moment_is_blocked_exactly_when_a_visit_then_does_not_fit(lane, length, window):
    blocked = lane.blocked(window, length * MINUTE, window.span)
    for start in range(
        int((window.span.starts - MIDNIGHT) / MINUTE), int((window.span.ends - MIDNIGHT) / MINUTE)
    ):
        visit = span(start, start + length)
        assert lane.fits(visit) is not any(each.has(visit.starts) for each in blocked), start


@given(st.lists(st.tuples(spans, st.lists(lanes, max_size=3)), max_size=4))
def test_all_are_served_when_some_choice_of_lanes_keeps_every_two_apart(wanted):
    def is_apart(chosen):
        placed = [
            (lane.key, lane.around(visit)) for lane, (visit, _group) in zip(chosen, wanted, strict=True)
        ]
        fit = all(lane.fits(visit) for lane, (visit, _group) in zip(chosen, wanted, strict=True))
        return fit and not any(
            one[0] == other[0] and one[1].overlaps(other[1])
            for one, other in itertools.combinations(placed, 2)
        )

    choices = itertools.product(*(group for _visit, group in wanted))
    assert slots.serve_all(wanted) is any(is_apart(chosen) for chosen in choices)


def test_the_longer_buffer_counts():
    lane = Lane("doctor", before=5 * MINUTE, after=5 * MINUTE, window_at=shifted)
    assert lane.around(span(20, 40)) == span(13, 45), "the shift's before, the lane's after"
    assert lane.around(span(200, 210)) == span(195, 215), "outside any shift its own"
    room = Lane("room", before=5 * MINUTE)
    assert room.around(span(20, 40)) == span(15, 40), "a room has no shifts"


def test_a_sitting_is_in_nobodys_way_who_is_seen_in_it():
    doctor = Lane("doctor", sittings=((span(70, 180), span(60, 180)),), window_at=shifted)
    assert doctor.fits(span(100, 130))
    assert not doctor.fits(span(50, 70)), "begins in the shift before"
    assert not Lane("doctor", held=(span(60, 180),), window_at=shifted).fits(span(100, 130))


def test_no_length_and_a_day_and_an_hour_have_no_free_times():
    for length in (0 * MINUTE, -5 * MINUTE, 25 * 60 * MINUTE):
        assert slots.free_starts([span(0, LAST)], length, 15 * MINUTE, MIDNIGHT, [], MIDNIGHT) == []
