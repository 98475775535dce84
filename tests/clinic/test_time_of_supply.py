"""The day whose rate counts. The usual constellations around a change are cases in tests/data/gst_cases.json."""

import itertools
from datetime import date, timedelta

import pytest

from clinic import gst

CHANGE = date(2025, 9, 22)
BEFORE, AFTER = date(2025, 9, 18), date(2025, 9, 25)


@pytest.mark.parametrize("days", list(itertools.product([BEFORE, AFTER], repeat=3)))
def test_two_of_three_on_one_side_decide(days):
    """Section 14, told independently of its sub-clauses: the majority is the side."""
    performed, invoiced, paid = days
    found = gst.time_of_supply(performed=performed, invoiced=invoiced, paid=paid, changed_on=CHANGE)

    assert (found.day < CHANGE) == (sum(day < CHANGE for day in days) >= 2)
    assert found.day in days


def test_the_day_of_the_change_has_the_new_rate():
    found = gst.time_of_supply(performed=CHANGE, invoiced=BEFORE, paid=CHANGE, changed_on=CHANGE)

    assert found == gst.TimeOfSupply(CHANGE, "14(b)(i)")


@pytest.mark.parametrize(
    ("invoiced", "performed", "paid", "day", "section"),
    [
        (AFTER, BEFORE, None, AFTER, "13(2)(a)"),
        (AFTER, BEFORE, BEFORE, BEFORE, "13(2)(a)"),
        (BEFORE, None, AFTER, BEFORE, "13(2)(a)"),
        (BEFORE + timedelta(days=30), BEFORE, None, BEFORE + timedelta(days=30), "13(2)(a)"),
        (BEFORE + timedelta(days=31), BEFORE, None, BEFORE, "13(2)(b)"),
        (BEFORE + timedelta(days=31), AFTER, BEFORE, BEFORE, "13(2)(a)"),
        (AFTER + timedelta(days=31), AFTER, BEFORE, BEFORE, "13(2)(b)"),
    ],
)
def test_without_a_change_invoice_or_payment_decides(invoiced, performed, paid, day, section):
    found = gst.time_of_supply(invoiced=invoiced, performed=performed, paid=paid)

    assert found == gst.TimeOfSupply(day, section)


def test_a_package_paid_and_invoiced_before_keeps_its_rate():
    assert gst.time_of_supply(invoiced=BEFORE, paid=BEFORE, changed_on=CHANGE).day == BEFORE


def test_an_invoice_written_ahead_of_everything_else_bears_the_new_rate():
    assert gst.time_of_supply(invoiced=BEFORE, changed_on=CHANGE) == gst.TimeOfSupply(CHANGE, "14(b)(i)")


def test_of_goods_the_invoice_decides_whatever_was_paid():
    assert gst.time_of_supply(
        invoiced=AFTER, paid=BEFORE, performed=BEFORE, changed_on=CHANGE, goods=True
    ) == (gst.TimeOfSupply(AFTER, "12(2)"))


@pytest.mark.parametrize(
    ("credited", "holidays", "counts"),
    [
        (date(2025, 9, 26), [], BEFORE),  # the fourth working day after Monday the 22nd
        (date(2025, 9, 27), [], date(2025, 9, 27)),
        (date(2025, 9, 29), [], date(2025, 9, 29)),
        (date(2025, 9, 29), [date(2025, 9, 24)], BEFORE),  # a holiday between; the 27th is a fourth Saturday
        (None, [], BEFORE),
    ],
)
def test_a_late_credit_of_the_bank_counts_instead_of_the_books(credited, holidays, counts):
    assert gst.payment_day(entered=BEFORE, credited=credited, changed_on=CHANGE, holidays=holidays) == counts


def test_first_and_third_saturdays_are_working_days():
    # Four working days after Wednesday the 1st: Thursday, Friday, Saturday the 4th, Monday.
    change = date(2025, 10, 1)

    assert gst.payment_day(entered=BEFORE, credited=date(2025, 10, 6), changed_on=change) == BEFORE
    assert gst.payment_day(entered=BEFORE, credited=date(2025, 10, 7), changed_on=change) == date(2025, 10, 7)


def test_without_a_change_the_earlier_of_books_and_bank_counts():
    assert gst.payment_day(entered=AFTER, credited=BEFORE) == BEFORE
    assert gst.payment_day(entered=None, credited=AFTER) == AFTER
    with pytest.raises(gst.Invalid):
        gst.payment_day(entered=None, credited=None)


def test_credit_notes_reduce_tax_until_november():
    assert gst.financial_year(BEFORE).credit_notes_until == date(2026, 11, 30)
