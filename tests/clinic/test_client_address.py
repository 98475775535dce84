"""Where a request comes from, whatever it says of itself, and that audit and lockout go by it."""

import pytest
from axes.models import AccessAttempt

from clinic.client_address import client_address
from clinic.models import AuditRow
from tests import factories


@pytest.mark.parametrize(
    ("proxies", "header", "found"),
    [
        (0, "", "192.0.2.1"),
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.66, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.66, 203.0.113.9, 192.0.2.3", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "nonsense", ""),
    ],
)
def test_only_what_our_own_proxies_say_is_believed(rf, settings, proxies, header, found):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": header} if header else {}, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == found


def test_a_zone_or_a_socket_is_no_server_error(rf):
    assert client_address(rf.get("/", REMOTE_ADDR="fe80::1%eth0")) == "fe80::1"
    assert client_address(rf.get("/", REMOTE_ADDR="")) == ""


def test_the_audit_and_the_lockout_see_the_client_behind_the_proxy(client, world, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    forwarded = {"X-Forwarded-For": "198.51.100.66, 203.0.113.9"}
    client.post("/sign-in/", {"username": "meena", "password": "wrong"}, headers=forwarded)
    assert AccessAttempt.objects.get().ip_address == "203.0.113.9"
    client.post("/sign-in/", {"username": "meena", "password": factories.PASSWORD}, headers=forwarded)
    row = AuditRow.objects.filter(table_name="staff_user").order_by("-id").first()
    assert row.path == "/sign-in/" and row.ip == "203.0.113.9"
