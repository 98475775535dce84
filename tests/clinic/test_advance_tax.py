"""Tax on money taken before the supply; the usual figures are cases in tests/data/gst_cases.json."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import gst

rates = st.none() | st.sampled_from([Decimal(rate) for rate in ("0", "5", "12", "18", "40")])


@given(st.decimals(Decimal("0.01"), 999999, places=2), rates, st.none() | st.sampled_from(gst.SupplyType))
def test_value_and_tax_are_what_was_received(received, rate, supply):
    advance = gst.advance_tax(received, rate=rate, supply=supply)

    assert advance.value + advance.tax == received
    assert advance.cgst == advance.sgst
    assert not (advance.cgst and advance.igst)
    assert advance.rate == (18 if rate is None else rate)


def test_goods_bear_no_tax_before_their_invoice():
    advance = gst.advance_tax(Decimal(100), rate=Decimal(18), goods=True)

    assert (advance.value, advance.tax, advance.rate) == (100, 0, 0)


@pytest.mark.parametrize(
    ("received", "reason"),
    [("0", "amount_not_positive"), ("-1", "amount_not_positive"), ("0.005", "amount_decimals"),
     ("NaN", "not_a_number"), ("1e30", "not_a_number")],
)  # fmt: skip
def test_what_is_no_amount_is_refused(received, reason):
    with pytest.raises(gst.Invalid) as caught:
        gst.advance_tax(Decimal(received))

    assert (caught.value.reason, caught.value.field) == (reason, "amount")


def test_what_is_no_rate_is_refused():
    with pytest.raises(gst.Invalid) as caught:
        gst.advance_tax(Decimal(100), rate=Decimal(-100))

    assert (caught.value.reason, caught.value.field) == ("rate_out_of_range", "rate")
