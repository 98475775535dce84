"""The audit's context: who acts, from where. Rows of changes are written by a trigger, others by `clinic.audit.notes`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET", "SHOW", "DECLARE", "FETCH", "CLOSE")
NAMES = ("by", "ip", "agent", "path", "request", "branch")
SET = "SELECT " + ", ".join(f"set_config('clinic.{name}', %s, false)" for name in NAMES)


@dataclass(frozen=True)
class Context:
    """Values for the audit's columns; empty text where there is none (a job has no address)."""

    by: str = ""
    ip: str = ""
    agent: str = ""
    path: str = ""
    request: str = ""
    branch: str = ""  # the one worked at: that of rows whose own table has none

    @property
    def values(self) -> list[str]:
        """In the order of `NAMES`, as the database can hold them."""
        kept = asdict(self)
        return [kept[name].replace("\0", "") for name in NAMES]


NOBODY = Context()
_now: ContextVar[Context] = ContextVar("clinic.audit")


def now() -> Context:
    """Who acts at this moment, from where."""
    return _now.get(NOBODY)


@contextmanager
def acting(context: Context, connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Give the trigger its context before the first write, and take it away at the end.

    Settings of a transaction would be lost in autocommit, those of a session leak on kept connections:
    so they are the session's, set late and always cleared. `FOR UPDATE` reads need none, they write nothing.
    What was set inside a transaction goes with it when it is rolled back: so it is set anew for the next.
    """
    teller, before = _Teller(context), _now.set(context)
    with connection.execute_wrapper(teller):
        try:
            yield
        finally:
            _now.reset(before)
            teller.clear(connection)


class _Teller:
    def __init__(self, context: Context) -> None:
        self.values = context.values
        self.told: Any = None  # the driver's connection
        self.within: Any = None  # what stands for its transaction; None where there was none

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        connection = context["connection"]
        if not str(sql).lstrip(" \n(").upper().startswith(READS) and not self._is_known(connection):
            self.told, self.within = connection.connection, _transaction(connection)
            with connection.cursor() as cursor:
                cursor.execute(SET, self.values)
        return execute(sql, params, many, context)

    def _is_known(self, connection: BaseDatabaseWrapper) -> bool:
        """Told on this connection, for good or in the transaction that is still open."""
        return self.told is connection.connection and (
            self.within is None or self.within is _transaction(connection)
        )

    def clear(self, connection: BaseDatabaseWrapper) -> None:
        if self.told and self.told is connection.connection and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(SET, [""] * len(NAMES))


def _transaction(connection: BaseDatabaseWrapper) -> Any:
    """Django's list of commit hooks: it makes a new one whenever a transaction ends or a savepoint is rolled back."""
    return connection.run_on_commit if connection.in_atomic_block else None


def last_seal() -> str:
    """The latest seal in a few characters and its time, for a paper that leaves the house; "" before the first."""
    from clinic.audit import seals  # needs models, which aren't there yet when Celery loads this module

    return seals.printed()
