"""The order of those who wait, whatever waits; and names that say nothing."""

import datetime
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.queue import (
    BACK_BEHIND,
    Waiting,
    estimated_minutes,
    masked,
    order,
    others_since_priority,
)

NINE = datetime.datetime(2026, 3, 3, 9, tzinfo=datetime.UTC)
LEVELS = ["normal", "priority", "urgent", "emergency"]


def at(minute: int) -> datetime.datetime:
    return NINE + datetime.timedelta(minutes=minute)


def one(
    minute: int, priority: str = "normal", serial: int | None = None, passed: int | None = None
) -> Waiting:
    return Waiting(uuid.uuid4(), priority, at(minute), (NINE, serial) if serial else None, passed)


people = st.lists(
    st.builds(
        Waiting,
        st.uuids(),
        st.sampled_from(LEVELS),
        st.integers(0, 200).map(at),
        st.none() | st.tuples(st.just(NINE), st.integers(1, 60)),
        st.none() | st.integers(0, 3),
    ),
    max_size=20,
    unique_by=(lambda each: each.key, lambda each: each.serial or each.key),
)
steps = st.integers(0, 4)


@given(people, steps, steps)
def test_everybody_stands_in_line_once(waiting, every, since):
    assert sorted(order(waiting, every=every, since=since)) == sorted(waiting)


@given(people, steps, steps)
def test_emergencies_lead_then_the_urgent_each_by_arrival(waiting, every, since):
    line = order(waiting, every=every, since=since)
    for level, begin in (("emergency", 0), ("urgent", sum(w.priority == "emergency" for w in waiting))):
        mine = sorted((w for w in waiting if w.priority == level), key=lambda w: (w.joined_at, w.key))
        assert line[begin : begin + len(mine)] == mine


@given(people, steps, steps)
def test_a_priority_comes_after_so_many_others_and_never_needlessly_later(waiting, every, since):
    there = [w for w in waiting if w.priority in ("normal", "priority") and w.passed is None]
    line = order(there, every=every, since=since)
    run = since
    for place, each in enumerate(line):
        left = {w.priority for w in line[place:]}
        if each.priority == "priority":
            assert run >= every or "normal" not in left
            run = 0
        else:
            assert run < every or "priority" not in left
            run += 1


@given(people, steps, steps, st.randoms())
def test_the_order_is_that_of_the_people_not_of_the_list(waiting, every, since, chance):
    shuffled = list(waiting)
    chance.shuffle(shuffled)
    assert order(shuffled, every=every, since=since) == order(waiting, every=every, since=since)


@given(people, steps, steps)
def test_calling_the_first_leaves_the_rest_in_their_order(waiting, every, since):
    """What stands on the screen is what will happen while nobody comes or goes."""
    there = [w for w in waiting if w.passed is None]
    line = order(there, every=every, since=since)
    called: list[str] = ["priority", *["normal"] * since]
    while line:
        assert order(line, every=every, since=others_since_priority(called)) == line
        called.append(line.pop(0).priority)


@given(people, steps)
def test_serial_numbers_keep_their_order(waiting, every):
    there = [w for w in waiting if w.passed is None and w.priority == "normal" and w.serial]
    assert order(there, every=every) == sorted(there, key=lambda w: w.serial)


def test_who_was_skipped_stands_behind_the_next_two():
    others = [one(minute) for minute in range(4)]
    back = one(10, passed=0)
    assert order([*others, back], every=3).index(back) == BACK_BEHIND
    emergency = one(11, "emergency")
    assert order([*others, back, emergency], every=3).index(back) == BACK_BEHIND + 1
    later = back._replace(passed=1)
    assert order([*others, later], every=3).index(later) == 1
    assert order([later], every=3) == [later]
    second = one(12, passed=0)
    line = order([*others, back, second], every=3)
    assert line.index(second) == line.index(back) + 1


def test_serials_and_others_by_arrival():
    first, third, walk_in = one(30, serial=1), one(5, serial=3), one(10)
    assert order([third, walk_in, first], every=3) == [walk_in, first, third]


@pytest.mark.parametrize(
    ("called", "count"),
    [([], 0), (["normal"] * 2, 2), (["normal", "priority", "normal", "emergency"], 1), (["priority"], 0)],
)
def test_how_many_since_the_last_priority(called, count):
    assert others_since_priority(called) == count


def test_the_estimate_is_the_average_times_those_ahead():
    took = [datetime.timedelta(minutes=10), datetime.timedelta(minutes=15)]
    assert estimated_minutes(took, 3) == 38  # 37.5, rounded up
    assert estimated_minutes(took, 0) == 0
    assert estimated_minutes([], 3) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Priya Mehta", "P••••a M."),
        ("Om Rao", "O•••• R."),
        ("Al", "A••••"),
        ("Priya", "P••••a"),
        ("A. P. J. Abdul Kalam", "A•••• K."),
        ("प्रिया मेहता", "प्••••या मे."),
        ("  ", ""),
    ],
)
def test_masked_names(name, shown):
    assert masked(name) == shown


@given(st.text(min_size=3, max_size=40))
def test_a_masked_name_hides_all_but_three_letters(name):
    shown = masked(name)
    for word in name.split():
        assert len(word) < 3 or word not in shown.split()
