"""What a webhook says and how often it counts."""

from decimal import Decimal

import pytest

from clinic.gateways import razorpay_deliveries as deliveries

BODY = b'{"payload":{"payment":{"entity":{"amount":%s}},"refund":{"entity":{"amount":5}}}}'


def test_paise_become_rupees():
    assert deliveries.amount(BODY % b"100401") == Decimal("1004.01")
    assert deliveries.amount(BODY % b"100401", "refund") == Decimal("0.05")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"\xff", b'{"payload":{}}', BODY % b"1.5", BODY % b'"100"', BODY % b"true", BODY % b"-1"],
)
def test_what_holds_no_amount_is_refused(body):
    with pytest.raises(ValueError, match="amount"):
        deliveries.amount(body)


def test_a_delivery_counts_once_and_is_thanked_for_each_time():
    assert deliveries.answer("evt_1", set()) == deliveries.Answer(book=True, status=200)
    assert deliveries.answer("evt_1", {"evt_1"}) == deliveries.Answer(book=False, status=200)
    assert deliveries.answer("", set()) == deliveries.Answer(book=False, status=400)
