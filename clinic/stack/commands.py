"""What needs the database alone, whether the stack is running or not: its prompt, a management command."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from clinic.stack import connections, environment, places, postgres, processes, supervisor
from clinic.stack.lock import only_one
from clinic.stack.places import Places
from clinic.stack.processes import Child
from clinic.stack.watchdog import Watchdog


def psql(arguments: list[str]) -> int:
    from clinic.backups import programs

    with owner_url(places.chosen()) as url:
        command = [programs.program("psql"), *programs.database(url), *arguments]
        return subprocess.run(
            command, env={**os.environ, **programs.environment(url)}, check=False
        ).returncode


def manage(arguments: list[str]) -> int:
    """Any command of manage.py, on this folder's clinic."""
    where = places.chosen()
    with owner_url(where):
        env = environment.children(where, places.sockets(where.data, places.account()))
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=places.ROOT, env=env, check=False
        ).returncode


@contextmanager
def owner_url(where: Places) -> Iterator[str]:
    """The owner's address of the database; the embedded server is started for as long as it takes."""
    given = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
    if given:
        connections.refuse_unreachable_database(given)
        yield given
        return
    where.make()
    socket = places.sockets(where.data, places.account())
    url = postgres.url(socket)
    if connections.answers(url):
        yield url
        return
    with only_one(where.lock):
        watchdog, servers = Watchdog(), list[Child]()
        try:
            supervisor.start_postgres(where, socket, watchdog, servers)
            maintenance = postgres.url(socket, database="postgres")
            connections.wait_for_postgres(maintenance)
            connections.create(maintenance)
            yield url
        finally:
            processes.stop(servers, supervisor.GRACE_FOR_SERVERS)
            watchdog.dismiss()
