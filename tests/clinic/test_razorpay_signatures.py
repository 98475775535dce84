"""Signatures of Razorpay: the three kinds, and everything near to them that must not pass."""

import hashlib
import hmac
import json

import pytest

from clinic.gateways import razorpay_signatures as signatures

BODY = (
    b'{"entity":"event","event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_TEST0000000001",'
    b'"amount":100400,"currency":"INR","order_id":"order_TEST00000001"}}}}'
)
SECRET = "whsec_demo_only"
SIGNATURE = "f2d336f982caebc3f8c086d0430ada8d04f65c74f05f017496139ee57ba20857"
CHECKOUT = {
    "order_id": "order_TEST00000001",
    "payment_id": "pay_TEST0000000001",
    "signature": "3687f2674b6dee053bb4992f690bc4e0afda3982dbf2c02b02b1f2b514357632",
    "secret": "key_secret_demo_only",
}


def signed(message, secret):
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


LINK = {
    "link_id": "plink_1",
    "reference_id": "LCB-26-27-1",
    "status": "paid",
    "payment_id": "pay_1",
    "signature": signed("plink_1|LCB-26-27-1|paid|pay_1", "key_secret_demo_only"),
    "secret": "key_secret_demo_only",
}


@pytest.mark.parametrize("secrets", [[SECRET], ["new", SECRET], [SECRET, "new"], ["", SECRET]])
def test_webhook_of_razorpay_is_known_by_any_secret(secrets):
    assert signatures.webhook_is_genuine(BODY, SIGNATURE, secrets)


@pytest.mark.parametrize(
    ("body", "signature", "secrets"),
    [
        pytest.param(json.dumps(json.loads(BODY)).encode(), SIGNATURE, [SECRET], id="written again"),
        pytest.param(BODY.replace(b"100400", b"900400"), SIGNATURE, [SECRET], id="another amount"),
        pytest.param(BODY, SIGNATURE, ["key_secret_demo_only"], id="the other secret"),
        pytest.param(BODY, SIGNATURE, [], id="no secret"),
        pytest.param(BODY, hmac.new(b"", BODY, hashlib.sha256).hexdigest(), [""], id="empty secret"),
        pytest.param(BODY, "", [SECRET], id="no signature"),
        pytest.param(BODY, SIGNATURE[:-1], [SECRET], id="cut"),
        pytest.param(BODY, "f२d3 \ud800", [SECRET], id="no hex at all"),
    ],
)
def test_webhook_of_somebody_else_is_refused(body, signature, secrets):
    assert not signatures.webhook_is_genuine(body, signature, secrets)


def test_checkout_of_razorpay_is_known():
    assert signatures.checkout_is_genuine(**CHECKOUT)


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": "order_OTHER"},
        {"payment_id": "pay_OTHER"},
        {"secret": SECRET},
        {"order_id": CHECKOUT["payment_id"], "payment_id": CHECKOUT["order_id"]},
        {"signature": ""},
    ],
)
def test_checkout_with_anything_changed_is_refused(change):
    assert not signatures.checkout_is_genuine(**{**CHECKOUT, **change})


def test_payment_link_of_razorpay_is_known():
    assert signatures.payment_link_is_genuine(**LINK)
    bare = {**LINK, "reference_id": "", "signature": signed("plink_1||paid|pay_1", LINK["secret"])}
    assert signatures.payment_link_is_genuine(**bare)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "cancelled"},
        {"payment_id": "pay_2"},
        {"reference_id": "LCB-26-27-2"},
        # The same joined text, with its borders elsewhere.
        {"link_id": "plink_1|LCB-26-27-1", "reference_id": "paid", "status": "pay_1", "payment_id": ""},
        {"link_id": "plink_1|LCB-26-27-1", "reference_id": "paid|pay_1", "status": "", "payment_id": ""},
    ],
)
def test_payment_link_with_anything_changed_is_refused(change):
    assert not signatures.payment_link_is_genuine(**{**LINK, **change})


def test_borders_may_not_move():
    moved = {"link_id": "plink_1|LCB-26-27-1|paid", "reference_id": "pay_1"}
    three = {**LINK, **moved, "status": "", "payment_id": ""}
    three["signature"] = signed("plink_1|LCB-26-27-1|paid|pay_1||", LINK["secret"])

    assert not signatures.payment_link_is_genuine(**three)
