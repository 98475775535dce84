"""Where things stand on the day board."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from appointments import board
from appointments.slots import Hours, Span

NINE = datetime.datetime(2026, 3, 3, 3, 30, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


def span(starts: int, ends: int) -> Span:
    return Span(NINE + starts * MINUTE, NINE + ends * MINUTE)


SHOWN = board.Scale(NINE, NINE + 600 * MINUTE)


def test_a_quarter_past_nine_is_the_fourth_row():
    block = SHOWN.block(span(15, 60))
    assert (block.at, block.rows) == (4, 9)


def test_what_sticks_out_is_cut_and_what_is_short_still_shows():
    assert SHOWN.block(span(-30, 10)).rows == 2
    assert SHOWN.block(span(590, 700)).rows == 2
    assert SHOWN.block(span(12, 13)).rows == 1


def test_the_scale_is_whole_hours_round_hours_and_visits():
    otherwise = span(0, 60)
    shown = board.scale([span(0, 600)], [span(-20, 10), span(590, 625)], otherwise)
    assert (shown.starts, shown.ends) == (NINE - 60 * MINUTE, NINE + 660 * MINUTE)
    assert board.scale([], [], otherwise).rows == 12


def test_the_now_line_is_on_the_board_only_in_its_hours():
    assert SHOWN.share(NINE + 300 * MINUTE) == "50.00"
    assert SHOWN.share(NINE - MINUTE) is None and SHOWN.share(NINE + 600 * MINUTE) is None


def test_breaks_and_absence_are_hatched():
    house = Hours((span(0, 600),), (span(240, 300),))
    own = Hours((span(60, 540),), ())
    names = {"break": "Break", "away": "Away"}
    found = {(b.what, b.at, b.rows) for b in board.closed(SHOWN, house, own, [], names)}
    assert found == {("Break", 49, 12), ("Away", 1, 12), ("Away", 109, 12)}


def test_leave_is_hatched_with_its_reason_and_swallows_the_break_in_it():
    house = Hours((span(0, 600),), (span(240, 300),))
    leave = [(span(120, 330), "On leave: wedding")]
    found = {
        (b.what, b.at, b.rows)
        for b in board.closed(SHOWN, house, house, leave, {"break": "Break", "away": "Away"})
    }
    assert found == {("On leave: wedding", 25, 42)}


def test_free_slots_avoid_what_is_busy_past_and_cut_short():
    found = board.free(SHOWN, [span(0, 70)], [span(15, 30)], 15 * MINUTE, NINE, NINE + 1 * MINUTE)
    assert [block.at for block in found] == [7, 10]


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(5, 90)), max_size=12))
def test_visits_side_by_side_never_cover_each_other(pairs):
    visits = [(span(start, start + length), n) for n, (start, length) in enumerate(pairs)]
    laid = board.side_by_side(SHOWN, visits)
    by_name = {n: s for s, n in visits}
    assert sorted(block.what for block in laid) == list(range(len(visits)))
    for one in laid:
        assert 0 <= one.col < one.cols
        for other in laid:
            if one.what < other.what and by_name[one.what].overlaps(by_name[other.what]):
                assert one.col != other.col and one.cols == other.cols


def test_what_is_too_short_to_be_read_is_drawn_longer_and_moves_its_neighbour_aside():
    visits = [(board.legible(span(0, 5)), "a"), (board.legible(span(5, 60)), "b")]
    laid = {block.what: block for block in board.side_by_side(SHOWN, visits)}
    assert (laid["a"].rows, laid["a"].cols, laid["b"].rows, laid["b"].cols) == (3, 2, 11, 2)


def test_a_visit_alone_has_the_whole_lane():
    laid = board.side_by_side(SHOWN, [(span(0, 30), "a"), (span(30, 60), "b")])
    assert [(block.col, block.cols) for block in laid] == [(0, 1), (0, 1)]
