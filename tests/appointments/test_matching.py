"""Whom a freed time suits: pure, so checked against many made-up lines of people."""

import datetime
import itertools
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from appointments.matching import PRIORITIES, Candidate, When, ranked, start_for
from appointments.slots import Span

KAPOOR, SHARMA = UUID(int=1), UUID(int=2)
DAY = datetime.date(2026, 3, 3)
MONDAY = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
NOON = datetime.datetime(2026, 3, 3, 12, tzinfo=datetime.UTC)
times = st.one_of(st.none(), st.times())
days = st.dates(datetime.date(2026, 3, 1), datetime.date(2026, 3, 5))
minutes_of_five_days = st.integers(0, 5 * 24 * 60)
moments = minutes_of_five_days.map(lambda minutes: MONDAY + datetime.timedelta(minutes=minutes))
whens = st.builds(When, days, days, times, times)


@st.composite
def lines(draw):
    count = draw(st.integers(0, 8))
    return [
        Candidate(
            key=UUID(int=100 + number),
            when=When(DAY, DAY),
            named=draw(st.sampled_from([None, KAPOOR, SHARMA])),
            anybody=draw(st.booleans()),
            priority=draw(st.sampled_from(PRIORITIES)),
            since=NOON + datetime.timedelta(minutes=draw(st.integers(0, 100))),
            is_due=draw(st.booleans()),
            place=number,
        )
        for number in range(count)
    ]


@given(lines(), st.randoms())
def test_the_order_is_that_of_the_line_however_it_is_read(line, dice):
    expected = ranked(line, KAPOOR)
    dice.shuffle(line)
    assert ranked(line, KAPOOR) == expected
    assert {one.key for one in expected} == {one.key for one in line if one.anybody or one.named == KAPOOR}


@given(lines())
def test_nobody_goes_before_somebody_with_a_better_claim(line):
    found = ranked(line, KAPOOR)
    for before, after in itertools.pairwise(found):
        assert before.is_due <= after.is_due
        if before.is_due == after.is_due:
            one, other = PRIORITIES.index(before.priority), PRIORITIES.index(after.priority)
            assert one <= other
            if one == other and (before.named == KAPOOR) == (after.named == KAPOOR):
                assert before.since <= after.since


@given(whens, moments, st.integers(1, 600), st.lists(moments, max_size=12))
def test_the_start_found_is_the_first_that_is_in_the_freed_time_and_suits(when, begins, minutes, starts):
    freed = Span(begins, begins + datetime.timedelta(minutes=minutes))
    found = start_for(when, freed, starts)
    fitting = [start for start in starts if freed.starts <= start < freed.ends and when.suits(start)]
    assert found == min(fitting, default=None)


@given(whens, moments)
def test_a_start_suits_on_the_days_and_in_the_hours_given(when, start):
    asked = when.first_day <= start.date() <= when.last_day
    early = when.earliest is not None and start.time() < when.earliest
    late = when.latest is not None and start.time() > when.latest
    assert when.suits(start) == (asked and not early and not late)


@given(whens, moments, st.integers(1, 3000), moments)
def test_what_is_left_out_beforehand_holds_no_start_that_suits(when, begins, minutes, start):
    ends = begins + datetime.timedelta(minutes=minutes)
    if begins <= start < ends and when.suits(start):
        assert when.meets(begins, ends)
