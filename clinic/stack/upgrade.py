"""`make upgrade`: bring the database to the code that is here, or leave it exactly as it is.

The clinic is closed meanwhile. A backup comes first. Then the migrations run on a copy, with the proofs before and
after; only a copy that holds takes the database's place, in one transaction. The former database stays as it was under
another name until the next upgrade: going back is changing places again.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg

from clinic.stack import connections, databases, environment, places, postgres
from clinic.stack.commands import owner_url
from clinic.stack.console import Steps, Stop
from clinic.stack.keeping import made, remind_of_key
from clinic.stack.places import Places

STEPS = 8
JUST_CLOSED = 3.0  # seconds that a busy server may need to let a closed connection go
PATIENCE = 20.0  # seconds for a running clinic to end
COPY, FORMER = "upgrade", "before"


def upgrade() -> None:
    where = places.chosen()
    where.make()
    end_running(where)
    print("Upgrading")
    steps = Steps(STEPS)
    with owner_url(where) as url:
        refuse_open(url)
        path, _told = made(where, url, steps)
        try:
            former = exchanged(where, url, steps)
        except (Stop, psycopg.Error) as problem:
            raise Stop(
                f"{_one_line(problem)}: the database is exactly as it was.{_way_back(where)}"
            ) from None
    environment.remember_code(where)
    print(
        f"\nUpgraded; start the clinic with: make run\nBackup: {path}\nThe former database is kept as {former} until the next upgrade."
    )
    remind_of_key(where)


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__


def exchanged(where: Places, url: str, steps: Steps) -> str:
    """Five steps. Returns the name of the former database; raises, with everything back in its place."""
    name = databases.name_of(url)
    copy, former = f"{name}_{COPY}", f"{name}_{FORMER}_{datetime.now(UTC):%Y%m%d%H%M%S}"
    with databases.server(url) as server:
        for old in [copy, *databases.beginning_with(server, f"{name}_{FORMER}_")]:
            databases.drop(server, old)
        with _closed(server, name), _gone_afterwards(server, copy):
            with steps.step("Copying the database"):
                databases.copy(server, name, copy)
            rehearse(where, databases.named(url, copy), steps.number)
            steps.number += 3
            databases.exchange(server, name, copy, former)
            try:
                rehearse(where, url, steps.number, "last")
            except BaseException:
                databases.let_in(server, name, anybody=False)
                databases.exchange(server, name, former, copy)
                raise
    return former


@contextlib.contextmanager
def _closed(server: psycopg.Connection, name: str) -> Iterator[None]:
    """Whatever has that name in the end is open."""
    databases.let_in(server, name, anybody=False)
    try:
        yield
    finally:
        databases.let_in(server, name, anybody=True)


@contextlib.contextmanager
def _gone_afterwards(server: psycopg.Connection, copy: str) -> Iterator[None]:
    try:
        yield
    finally:
        databases.drop(server, copy)


def rehearse(where: Places, url: str, done: int, *arguments: str) -> None:
    env = environment.children(where, places.sockets(where.data, places.account()))
    env["DATABASE_OWNER_URL"] = url
    env["DATABASE_URL"] = databases.named(env["DATABASE_URL"], databases.name_of(url))
    command = [sys.executable, "-m", "clinic.stack.rehearse", str(STEPS), str(done), *arguments]
    if subprocess.run(command, env=env, cwd=places.ROOT, check=False).returncode:
        raise Stop("The proofs of the new database failed" if arguments else "The rehearsal on a copy failed")


def end_running(where: Places) -> None:
    """An embedded clinic that is open: refuse, or end it where that is asked for."""
    if os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL"):
        return
    url = postgres.url(places.sockets(where.data, places.account()))
    if not connections.answers(url):
        return
    holder = where.lock.read_text().strip() if where.lock.exists() else ""
    if os.environ.get("STOP", "0") in ("", "0") or not holder.isdecimal():
        raise Stop(
            "The clinic is running; end it with Ctrl-C where it was started, or have it ended: make upgrade STOP=1"
        )
    print("Ending the running clinic ... ", end="", flush=True)
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(holder), signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while connections.answers(url):
        if time.monotonic() > deadline:
            raise Stop(
                "The running clinic doesn't end; end it with Ctrl-C where it was started, then: make upgrade"
            )
        time.sleep(0.1)
    print("done", flush=True)


def refuse_open(url: str) -> None:
    """Of a server elsewhere nobody but us may be there. A connection that was closed is gone a moment later."""
    deadline = time.monotonic() + JUST_CLOSED
    with databases.server(url) as server:
        while (others := databases.in_use(server, databases.name_of(url))) and time.monotonic() < deadline:
            time.sleep(0.1)
    if others:
        raise Stop(
            f"The database is in use by {others} connections: end web, worker and beat first, then: make upgrade"
        )


def _way_back(where: Places) -> str:
    former = environment.code_before(where)
    if not former or former == environment.code_here():
        return " Go on with the code that ran before."
    return f" Go on with the code that ran before: git checkout {former} && make run"
