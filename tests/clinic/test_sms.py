"""The gateway for text messages as it is really asked, on this machine."""

import pytest

from clinic.gateways import sms
from tests.stand_ins.pointing import answering


@pytest.fixture
def gateway(settings):
    with answering() as server:
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = f"{server.url}/messages", "the-token"
        yield server


def test_one_message_goes_to_the_gateway_with_its_token(gateway):
    sms.send("+919876543210", "Your visit is tomorrow.")
    sent = {"to": "+919876543210", "text": "Your visit is tomorrow."}
    assert gateway.taken == [("/messages", sent, "Bearer the-token")]


@pytest.mark.parametrize("status", [400, 401, 500])
def test_what_the_gateway_does_not_take_is_told(gateway, status):
    gateway.answers = status, {}
    with pytest.raises(OSError, match=str(status)):
        sms.send("+919876543210", "Your visit is tomorrow.")


def test_a_gateway_that_is_away_is_told(settings):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = "http://127.0.0.1:9/messages", "the-token"
    with pytest.raises(OSError, match="refused"):
        sms.send("+919876543210", "Your visit is tomorrow.")
