"""The audit's context: who acts, from where. The rows themselves are written by a trigger (see migrations/sql)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest

READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET", "SHOW", "DECLARE", "FETCH", "CLOSE")
SET = "SELECT " + ", ".join(
    f"set_config('clinic.{name}', %s, false)" for name in ("by", "ip", "agent", "path", "request")
)


@dataclass(frozen=True)
class Context:
    """Values for the audit's columns; empty text where there is none (a job has no address)."""

    by: str = ""
    ip: str = ""
    agent: str = ""
    path: str = ""
    request: str = ""


def address_of(request: HttpRequest) -> str | None:
    """The network address a request came from, as the database takes it; None on a socket of this machine.

    A neighbour's IPv6 address carries the name of our network card behind a percent sign.
    """
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0]))
    except ValueError:
        return None


@contextmanager
def acting(context: Context, connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Give the trigger its context before the first write, and take it away at the end.

    Settings of a transaction would be lost in autocommit, those of a session leak on kept connections:
    so they are the session's, set late and always cleared. `FOR UPDATE` reads need none, they write nothing.
    """
    teller = _Teller(context)
    with connection.execute_wrapper(teller):
        try:
            yield
        finally:
            teller.clear(connection)


class _Teller:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.told = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not self.told and not str(sql).lstrip().upper().startswith(READS):
            self.told = True
            with context["connection"].cursor() as cursor:
                cursor.execute(SET, list(asdict(self.context).values()))
        return execute(sql, params, many, context)

    def clear(self, connection: BaseDatabaseWrapper) -> None:
        if self.told and connection.connection and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(SET, [""] * 5)
