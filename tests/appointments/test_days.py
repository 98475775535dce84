"""One day of a practitioner: whatever is offered can be had, and whatever isn't has a reason."""

import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appointments import slots
from appointments.days import Closed, Day
from appointments.slots import Hours, Lane, Span, Window
from tests.appointments.test_slots import LAST, MIDNIGHT, MINUTE, several, span

pieces = several.map(lambda some: tuple(slots.union(some)))
minutes = st.integers(0, 12).map(lambda n: n * MINUTE)


@st.composite
def windows(draw):
    """Up to three shifts of any mode, which may overlap, by their start."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        starts = draw(st.integers(0, LAST - 20))
        whole = span(starts, draw(st.integers(starts + 10, LAST)))
        pauses = slots.intersect([whole], draw(several))[:1]
        found.append(
            Window(
                span=whole,
                breaks=tuple(pauses),
                mode=draw(st.sampled_from(["slot", "slot", "serial", "queue"])),
                step=draw(st.sampled_from([5, 10, 15, 40])) * MINUTE,
                before=draw(minutes),
                after=draw(minutes),
                per_slot=draw(st.integers(1, 3)),
                cap=draw(st.none() | st.integers(1, 6)),
                overflow=draw(st.sampled_from(["last", "waitlist", "stop"])),
                taken=draw(st.integers(0, 4)),
                last_serial=draw(st.integers(0, 12)),
            )
        )
    return tuple(sorted(found, key=lambda window: window.span))


@st.composite
def days(draw):
    house = draw(pieces)
    return Day(
        house=Hours(house, tuple(slots.intersect(house, draw(several)))),
        windows=draw(windows()),
        away=draw(st.just(()) | pieces),
        is_holiday=draw(st.sampled_from([False] * 7 + [True])),
        cap=draw(st.none() | st.integers(0, 9)),
        house_cap=draw(st.none() | st.integers(0, 9)),
        taken=draw(st.integers(0, 9)),
    )


@st.composite
def groups(draw, day):
    """The practitioner's lane, which knows the shifts, and a room of two."""
    sittings = tuple((window.span, each) for window in day.windows[:1] for each in draw(several))
    doctor = Lane("doctor", draw(pieces), draw(minutes), draw(minutes), sittings, day.window_at)
    rooms = [Lane(n, draw(pieces), draw(minutes), draw(minutes)) for n in range(2)]
    return [[doctor], rooms]


@st.composite
def wishes(draw):
    day = draw(days())
    length = draw(st.integers(1, 60)) * MINUTE
    return day, draw(groups(day)), length, MIDNIGHT + draw(st.integers(-10, LAST)) * MINUTE


@given(wishes())
def test_what_is_offered_can_be_had(wish):
    day, lanes, length, now = wish
    for start in day.free(length, lanes, now):
        visit = Span(start, start + length)
        assert day.why_closed(visit, now) is None
        chosen = slots.pick(visit, lanes)
        assert chosen is not None
        for lane in chosen:
            assert not any(lane.around(visit).overlaps(held) for held in lane.held)


@given(wishes())
def test_what_is_not_offered_has_a_reason(wish):
    day, lanes, length, now = wish
    free = day.free(length, lanes, now)
    assert free == sorted(set(free))
    for window in day.windows:
        start = window.span.starts
        while start < window.span.ends and not window.is_shared:
            visit = Span(start, start + length)
            if day.window_at(start) is window and start not in free:
                assert day.why_closed(visit, now) or slots.pick(visit, lanes) is None
            start += window.step


@given(wishes())
def test_a_shared_shift_offers_one_time_or_has_a_reason(wish):
    day, lanes, length, now = wish
    free = day.free(length, lanes, now)
    for window in day.windows:
        here = [start for start in free if day.window_at(start) is window]
        next_start = day.next_start(window, now)
        if not window.is_shared or next_start is None or day.window_at(next_start) is not window:
            continue
        visit = Span(next_start, next_start + length)
        assert here or day.why_closed(visit, now) or slots.pick(visit, lanes) is None


@given(wishes(), st.integers(-1000, 1000))
def test_the_answers_do_not_depend_on_the_clock_they_are_read_from(wish, shift):
    """Everything said in another zone is the same; everything later is the same, later."""
    day, lanes, length, now = wish
    free = day.free(length, lanes, now)
    zone = datetime.timezone(datetime.timedelta(minutes=shift % 840))
    assert (
        _moved(day, lambda at: at.astimezone(zone)).free(
            length, _lanes(lanes, day, lambda at: at.astimezone(zone)), now.astimezone(zone)
        )
        == free
    )

    def later(at):
        return at + shift * MINUTE

    assert _moved(day, later).free(length, _lanes(lanes, day, later), later(now)) == [
        later(at) for at in free
    ]


def _spans(some, move):
    return tuple(Span(move(each.starts), move(each.ends)) for each in some)


def _moved(day, move):
    return replace(
        day,
        house=Hours(_spans(day.house.open_, move), _spans(day.house.breaks, move)),
        windows=tuple(
            replace(each, span=_spans([each.span], move)[0], breaks=_spans(each.breaks, move))
            for each in day.windows
        ),
        away=_spans(day.away, move),
    )


def _lanes(groups_, day, move):
    moved = _moved(day, move)
    return [
        [
            replace(
                lane,
                held=_spans(lane.held, move),
                sittings=tuple(_spans(pair, move) for pair in lane.sittings),
                window_at=moved.window_at if lane.window_at else None,
            )
            for lane in group
        ]
        for group in groups_
    ]


OPEN = Hours((span(0, LAST),))
HALF_HOURS = Window(span(0, 120), mode="serial", step=30 * MINUTE, per_slot=2)


def next_of(now=0, **changes):
    changes = {"taken": changes.get("last_serial", 0), **changes}
    day = Day(house=OPEN, windows=(replace(HALF_HOURS, **changes),))
    found = day.free(10 * MINUTE, [], MIDNIGHT + now * MINUTE)
    why = day.why_closed(span(30, 40), MIDNIGHT)
    return [int((at - MIDNIGHT) / MINUTE) for at in found] or why


def test_a_number_comes_in_its_slot():
    assert next_of() == [0]
    assert next_of(last_serial=1) == [0]
    assert next_of(last_serial=2) == [30]
    assert next_of(last_serial=7) == [90]


def test_numbers_skip_the_break():
    assert next_of(last_serial=2, breaks=(span(30, 60),)) == [60]


def test_after_the_last_slot_the_overflow_decides():
    assert next_of(last_serial=8) is Closed.SHIFT_FULL
    assert next_of(last_serial=8, overflow="waitlist") is Closed.WAITLIST
    assert next_of(last_serial=8, overflow="last") == [90]
    assert next_of(last_serial=3, cap=3) is Closed.SHIFT_FULL
    assert next_of(last_serial=3, cap=3, overflow="last") == [90]


def test_who_cancels_makes_room_but_leaves_the_number():
    assert next_of(last_serial=3, taken=2, cap=3) == [30], "number 4, one of the second half hour"
    assert next_of(last_serial=9, taken=2, cap=3) == [90], "no number comes after the last slot"


def test_a_number_whose_time_has_passed_comes_now():
    assert next_of(now=50, last_serial=2) == [50]
    assert next_of(now=119, last_serial=2) == [119]
    assert next_of(now=120, last_serial=2) is None, "the shift is over, though that time was open"


def test_a_queue_is_joined_at_its_start_or_now_until_it_is_full():
    assert next_of(mode="queue") == [0]
    assert next_of(mode="queue", now=33) == [33]
    assert next_of(mode="queue", cap=5, taken=4) == [0]
    assert next_of(mode="queue", cap=5, taken=5) is Closed.SHIFT_FULL


def test_a_shift_that_leave_cuts_into_begins_after_it():
    day = Day(house=OPEN, windows=(HALF_HOURS,), away=(span(0, 60),))
    assert day.free(10 * MINUTE, [], MIDNIGHT) == [MIDNIGHT + 60 * MINUTE]
    assert day.why_closed(span(30, 40), MIDNIGHT) is Closed.AWAY


def test_each_shift_has_its_own_grid_and_cap():
    morning = Window(span(0, 60), step=20 * MINUTE)
    noon = Window(span(65, 125), step=30 * MINUTE, cap=2, taken=2)
    day = Day(house=OPEN, windows=(morning, noon))
    assert day.free(20 * MINUTE, [], MIDNIGHT) == [MIDNIGHT + n * MINUTE for n in (0, 20, 40)]
    assert day.why_closed(span(65, 85), MIDNIGHT) is Closed.SHIFT_FULL
    assert day.why_closed(span(20, 40), MIDNIGHT) is None
    open_ = replace(day, windows=(morning, replace(noon, taken=1)))
    assert open_.free(20 * MINUTE, [], MIDNIGHT)[-2:] == [MIDNIGHT + n * MINUTE for n in (65, 95)]


def test_where_shifts_overlap_a_start_belongs_to_the_first():
    early, late = Window(span(0, 60), step=20 * MINUTE), Window(span(30, 90), step=15 * MINUTE)
    found = Day(house=OPEN, windows=(early, late)).free(15 * MINUTE, [], MIDNIGHT)
    assert found == [MIDNIGHT + n * MINUTE for n in (0, 20, 40, 60, 75)]


def test_a_day_holds_so_many_visits():
    day = Day(house=OPEN, windows=(Window(span(0, 60)),), cap=3, taken=3)
    assert day.free(20 * MINUTE, [], MIDNIGHT) == []
    assert day.why_closed(span(0, 20), MIDNIGHT) is Closed.DAY_FULL
    assert replace(day, cap=4, house_cap=3).why_closed(span(0, 20), MIDNIGHT) is None
    assert replace(day, cap=None, house_cap=3).why_closed(span(0, 20), MIDNIGHT) is Closed.DAY_FULL


def test_the_branchs_word_on_a_days_visits_is_not_about_numbers():
    day = Day(house=OPEN, windows=(HALF_HOURS,), house_cap=3, taken=3)
    assert day.free(10 * MINUTE, [], MIDNIGHT) == [MIDNIGHT]
    assert day.why_closed(span(0, 10), MIDNIGHT) is None
    assert replace(day, cap=3).why_closed(span(0, 10), MIDNIGHT) is Closed.DAY_FULL


def test_hours_of_that_day_alone_are_said_to_be():
    day = Day(house=OPEN, windows=(Window(span(0, 60)),), is_single=True)
    assert day.why_closed(span(50, 70), MIDNIGHT) is Closed.OUTSIDE_DAY_HOURS


def test_a_visit_may_reach_from_one_shift_into_the_next_but_not_into_a_shared_one():
    morning, noon = Window(span(0, 60)), Window(span(60, 120))
    assert Day(house=OPEN, windows=(morning, noon)).why_closed(span(50, 70), MIDNIGHT) is None
    shared = Day(house=OPEN, windows=(morning, replace(noon, mode="serial")))
    assert shared.why_closed(span(50, 70), MIDNIGHT) is Closed.OUTSIDE_SHIFT


def test_a_visit_without_length_is_refused_in_words():
    day = Day(house=OPEN, windows=(Window(span(0, 60)),))
    assert day.why_closed(span(10, 10), MIDNIGHT) is Closed.LENGTH
    assert day.why_closed(span(10, 5), MIDNIGHT) is Closed.LENGTH
    assert day.why_closed(span(0, 25 * 60), MIDNIGHT) is Closed.OUTSIDE_HOURS
