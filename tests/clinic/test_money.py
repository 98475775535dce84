"""Rounding, grouping, words, splitting, and the UPI text that carries an amount."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clinic import money, upi

amounts = st.decimals(min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=2)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("2.345", "2.35"), ("-2.345", "-2.35"), ("0.005", "0.01"), ("2.3449", "2.34"), ("-0.001", "0.00")],
)
def test_round2_is_half_away_from_zero(value, rounded):
    assert str(money.round2(Decimal(value))) == rounded


@pytest.mark.parametrize(("value", "rounded"), [("198.50", "199"), ("444.49", "444"), ("-0.50", "-1")])
def test_round_to_rupee(value, rounded):
    assert money.round_to_rupee(Decimal(value)) == Decimal(rounded)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0", "₹0.00"),
        ("999.999", "₹1,000.00"),
        ("100000", "₹1,00,000.00"),
        ("1234567.89", "₹12,34,567.89"),
        ("-1050", "-₹1,050.00"),
        ("12345678901.5", "₹12,34,56,78,901.50"),
    ],
)
def test_rupees(value, shown):
    assert money.rupees(Decimal(value)) == shown


@given(amounts)
def test_grouping_changes_nothing_but_commas(amount):
    assert Decimal(money.grouped(amount).replace(",", "")) == amount


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1", "Rupees One Only"),
        ("0.50", "Rupees Zero and Fifty Paise Only"),
        ("10000000", "Rupees One Crore Only"),
        ("1000000000000", "Rupees One Lakh Crore Only"),
        ("100000000001.01", "Rupees Ten Thousand Crore One and One Paise Only"),
    ],
)
def test_in_words(value, words):
    assert money.in_words(Decimal(value)) == words


def test_paise():
    assert money.paise(Decimal("1004.10")) == 100410


@given(
    st.decimals(min_value=0, max_value=Decimal("1e6"), places=2),
    st.lists(st.decimals(min_value=0, max_value=Decimal("1e6"), places=2), min_size=1, max_size=12),
)
def test_apportion_adds_up_and_stays_within_a_paisa_of_its_share(total, weights):
    assume(sum(weights))
    parts = money.apportion(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < Decimal("0.01")


def test_apportion_gives_the_odd_paisa_to_the_earlier_of_equals():
    parts = money.apportion(Decimal(100), [Decimal(1), Decimal(1), Decimal(1)])

    assert parts == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_apportion_refuses_to_lose_money():
    assert money.apportion(Decimal(0), [Decimal(0)]) == [0]
    with pytest.raises(ValueError, match="all zero"):
        money.apportion(Decimal(1), [Decimal(0)])


def pay(**changes):
    return upi.payload(**{"vpa": "clinic@ybl", "payee": "A", "amount": Decimal(10), **changes})


def test_upi_note_is_cut_and_encoded():
    link = pay(note="Bill & " + "x" * 60, ref="A1")

    assert "&tn=Bill%20%26%20" + "x" * 43 + "&tr=A1" in link


def test_upi_leaves_out_what_is_empty():
    assert pay() == "upi://pay?pa=clinic@ybl&pn=A&am=10.00&cu=INR"


@pytest.mark.parametrize("changes", [{"amount": Decimal("0.004")}, {"amount": Decimal(-1)}])
def test_upi_refuses_amounts_that_cannot_be_paid(changes):
    with pytest.raises(ValueError, match="above zero"):
        pay(**changes)


@pytest.mark.parametrize(
    "vpa", ["", "clinic", "clinic@", "@ybl", "a b@ybl", "clinic@ybl\n&am=1", "clinic@y&b"]
)
def test_upi_refuses_addresses_that_cannot_be_right(vpa):
    with pytest.raises(ValueError, match="UPI address"):
        pay(vpa=vpa)
