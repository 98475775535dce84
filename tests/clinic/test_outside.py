"""No client of the product goes on to where an answer points: each is asked for real, by a server on this machine."""

from decimal import Decimal

import pytest

from clinic.gateways import outside, razorpay, sms
from tests.stand_ins.pointing import answering

CLIENTS = {
    "text message": (lambda: sms.send("+919876543210", "Your visit is tomorrow."), OSError),
    "order": (lambda: razorpay.create_order(Decimal(100), "INV-1"), razorpay.Unreachable),
    "refund": (lambda: razorpay.refund("pay_1", Decimal(100), "RF-1"), razorpay.Unreachable),
    "state": (lambda: razorpay.refund_status("rfnd_1"), razorpay.Unreachable),
}


@pytest.fixture
def server(settings):
    with answering() as server:
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = f"{server.url}/messages", "the-token"
        settings.RAZORPAY_URL, settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET = (
            server.url,
            "id",
            "secret",
        )
        yield server


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("client", CLIENTS)
def test_no_client_is_sent_on_to_where_an_answer_points(server, client, status):
    ask, problem = CLIENTS[client]
    server.answers = status, {"Location": "/elsewhere"}
    with pytest.raises(problem):
        ask()
    assert [path for path, *_more in server.taken] != []
    assert "/elsewhere" not in [path for path, *_more in server.taken]


def test_an_ordinary_answer_is_taken(server):
    with outside.session() as session:
        assert session.get(f"{server.url}/here", timeout=outside.PATIENCE).status_code == 200
