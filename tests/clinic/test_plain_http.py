"""Behind TLS, over plain http: a browser that looks is led on, whoever sends something is told off."""

import pytest
from django.test import Client

WEBHOOK = "/pay/razorpay/webhook/"


@pytest.fixture
def client(settings):
    settings.SECURE_SSL_REDIRECT = True
    return Client()


@pytest.mark.parametrize("path", ["/sign-in/", "/customers/?q=priya", "/no-such-page/"])
def test_a_browser_that_looks_is_led_on(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (301, f"https://testserver{path}")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", [WEBHOOK, "/sign-in/", "/customers/new/"])
def test_whoever_sends_something_is_refused(client, method, path):
    answer = getattr(client, method)(path, data={"secret": "x"})
    assert (answer.status_code, answer.content) == (403, b"Over https only.\n")
    assert not answer.has_header("Location")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_what_a_script_asks_is_refused_too(client):
    assert client.get("/customers/", headers={"HX-Request": "true"}).status_code == 403


@pytest.mark.django_db
def test_over_tls_everything_goes_its_way(client, world):
    assert client.post(WEBHOOK, data=b"{}", content_type="application/json", secure=True).status_code == 400
    assert client.get("/sign-in/", secure=True).status_code == 200


def test_health_is_told_within_the_house(client):
    assert client.get("/healthz").status_code == 200
