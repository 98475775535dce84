"""The stand-in answers as the gateway's documentation says, so that what passes against it passes outside.

The names below are those of the documented entities that our client reads or sends. Nothing here is asked of the network.
"""

import datetime
from decimal import Decimal

import pytest

from clinic.gateways import razorpay as gateway
from tests.stand_ins import razorpay

DOCUMENTED = {
    "order": {"id", "entity", "amount", "amount_paid", "amount_due", "currency", "receipt", "status", "attempts", "notes", "created_at"},
    "link": {"id", "amount", "amount_paid", "currency", "reference_id", "description", "expire_by", "short_url", "status", "payments",
             "order_id", "callback_url", "callback_method", "created_at"},
    "payment": {"id", "entity", "amount", "currency", "status", "order_id", "method", "amount_refunded", "refund_status", "captured",
                "email", "contact", "notes", "error_code", "error_description", "created_at"},
    "refund": {"id", "entity", "amount", "currency", "payment_id", "receipt", "status", "speed_requested", "created_at"},
}  # fmt: skip


@pytest.fixture
def stand_in(settings):
    with razorpay.running() as (known, address):
        settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET = razorpay.KEY_ID, razorpay.KEY_SECRET
        settings.RAZORPAY_URL = address
        yield known


def test_every_entity_has_the_documented_fields(stand_in):
    order = gateway.create_order(Decimal("10.50"), "ref")
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    link, url = gateway.create_link(
        Decimal(5), "ref", about="LCB/1", expires_at=soon, back="https://x.example/"
    )
    payment = stand_in.pay(order=order)
    gateway.refund(payment["id"], Decimal(1), "key")
    assert url.startswith("https://")
    assert set(stand_in.orders[order]) >= DOCUMENTED["order"]
    assert set(stand_in.links[link]) >= DOCUMENTED["link"]
    assert set(payment) >= DOCUMENTED["payment"]
    assert set(stand_in.refunds["key"]) >= DOCUMENTED["refund"]
    assert gateway.refund_status(stand_in.refunds["key"]["id"]) == "pending"


def test_amounts_travel_in_paise_and_come_back_in_rupees(stand_in):
    order = gateway.create_order(Decimal("1004.05"), "ref")
    assert stand_in.orders[order]["amount"] == 100405
    stand_in.pay(order=order)
    assert [told.amount for told in gateway.payments_of_order(order)] == [Decimal("1004.05")]


def test_asking_twice_for_a_refund_gives_one(stand_in):
    payment = stand_in.pay(order=gateway.create_order(Decimal(10), "ref"))
    assert gateway.refund(payment["id"], Decimal(4), "key") == gateway.refund(
        payment["id"], Decimal(4), "key"
    )
    with pytest.raises(gateway.Refused, match="greater than the refund"):
        gateway.refund(payment["id"], Decimal(7), "another")


def test_a_refusal_is_told_in_the_gateways_words(stand_in):
    with pytest.raises(gateway.Refused, match="does not exist"):
        gateway.payments_of_order("order_none")
    with pytest.raises(gateway.Refused, match="minimum amount"):
        gateway.create_order(Decimal("0.50"), "ref")


@pytest.mark.parametrize("trouble", ["slow", "broken", "gone"])
def test_trouble_of_every_kind_is_unreachable(stand_in, settings, monkeypatch, trouble):
    monkeypatch.setattr(gateway, "PATIENCE", 0.2)
    if trouble == "gone":
        settings.RAZORPAY_URL = "http://127.0.0.1:9"
    else:
        setattr(stand_in, trouble, 1.0 if trouble == "slow" else True)
    with pytest.raises(gateway.Unreachable):
        gateway.create_order(Decimal(10), "ref")
