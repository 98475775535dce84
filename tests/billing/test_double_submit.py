"""The money forms sent several times at once, over HTTP to a threaded server: one bill, one payment, one answer."""

from decimal import Decimal
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from uuid_utils import compat

from billing import proofs
from billing.models import Invoice, Payment
from clinic.models import IdempotencyKey
from tests.billing.test_editor import form_of
from tests.race import race

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TIMES = 6
SECRET = "a" * 32  # a CSRF cookie and the field that repeats it


@pytest.fixture
def cookies(world) -> str:
    client = Client()
    client.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={SECRET}"


@pytest.fixture
def send(live_server, cookies):
    """Status and address of the answer to one POST."""
    host = urlsplit(live_server.url).netloc

    def post(url: str, body: dict) -> tuple[int, str | None]:
        connection = HTTPConnection(host, timeout=60)
        try:
            headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", url, urlencode(body | {"csrfmiddlewaretoken": SECRET}), headers)
            response = connection.getresponse()
            return response.status, response.getheader("Location")
        finally:
            connection.close()

    return post


def at_once(send, url: str, *bodies: dict) -> list[tuple[int, str | None]]:
    return race(*(partial(send, url, body) for body in bodies))


def test_issuing_and_collecting(shop, send):
    invoice = shop.draft(shop.laser, shop.gel)
    body = form_of(invoice, pay="cash")
    answers = at_once(send, reverse("invoice-issue", args=[invoice.pk]), *[body] * TIMES)
    assert answers == [(302, reverse("invoice-detail", args=[invoice.pk]))] * TIMES
    invoice.refresh_from_db()
    assert (invoice.is_issued, invoice.due, invoice.number[-5:]) == (True, 0, "00001")
    assert (Payment.objects.count(), IdempotencyKey.objects.count()) == (1, 1)
    assert list(proofs.bills()) == list(proofs.numbers()) == []


def test_two_pages_of_one_draft_make_one_bill_too(shop, send):
    """Different keys: the draft's version decides, and the others are told."""
    invoice = shop.draft(shop.laser)
    pages = [form_of(invoice, pay="cash") for _ in range(TIMES)]
    answers = at_once(send, reverse("invoice-issue", args=[invoice.pk]), *pages)
    assert sorted(status for status, _where in answers) == [302] + [409] * (TIMES - 1)
    assert (Invoice.objects.issued().count(), Payment.objects.count()) == (1, 1)


def part_payment(key: str) -> dict[str, str]:
    return {"pay": "upi", "amount": "500", "reference": "UPI-1", "idempotency_key": key}


def test_collecting(shop, send):
    invoice = shop.issue(shop.laser)
    body = part_payment(str(compat.uuid7()))
    answers = at_once(send, reverse("invoice-collect", args=[invoice.pk]), *[body] * TIMES)
    assert answers == [(302, reverse("invoice-detail", args=[invoice.pk]))] * TIMES
    invoice.refresh_from_db()
    assert (invoice.paid, Payment.objects.count()) == (Decimal(500), 1)


def test_control_without_a_common_key_each_is_a_payment(shop, send):
    invoice = shop.issue(shop.laser)
    bodies = [part_payment(str(compat.uuid7())) for _ in range(TIMES)]
    answers = at_once(send, reverse("invoice-collect", args=[invoice.pk]), *bodies)
    assert [status for status, _where in answers] == [302] * TIMES
    invoice.refresh_from_db()
    assert (invoice.paid, Payment.objects.count()) == (500 * TIMES, TIMES)
