"""What every test gets: the cloned database, and no network beyond this machine."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest
from django.test import TransactionTestCase

from tests import database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """In place of pytest-django's: a clone of the template instead of migrating for every run."""
    with django_db_blocker.unblock(), database.running() as server, pytest.MonkeyPatch.context() as patch:
        database.drop_left_behind(server)
        database.make_template(server)
        database.clone(server)
        # Append-only tables refuse to be flushed, so what a committing test wrote goes with its database.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: database.clone(server))
        yield
        database.drop_clone(server)


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """Connections leave this machine only in a test that forgot its fake."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not _on_this_machine(address[0]):
            self.close()
            raise RuntimeError(f"A test tried to reach {address}")
        return connect(self, address)

    return guarded


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
