"""The tests' own PostgreSQL: started when the first test needs it, migrated once, cloned for every run.

Loaded by `-p tests.database` before Django reads its settings, hence the environment set below. A template database
is kept between runs until a migration or model changes; a clone of it takes some 30 ms. Tests run as the
application's role, which has no DDL; the alias "owner" reaches the same clone as the owner.

TEST_DATABASE_URL names a server of one's own instead: a superuser's address of any database there.
"""

import atexit
import contextlib
import fcntl
import hashlib
import itertools
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from clinic.stack import connections, places, postgres

ROOT = places.ROOT
GIVEN = os.environ.get("TEST_DATABASE_URL", "")
SHAPED_BY = (
    "*/migrations/**/*",
    "*/models.py",
    "*/models/*.py",
    "*/data/*",
    "clinic/*.py",
    "requirements/base.txt",
)
_serial = itertools.count()
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


def _folder() -> Path:
    """In memory where there is a gigabyte of it: on disk a clone takes ten times as long."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
        return memory / f"clinic-tests-{os.geteuid()}-{name}"
    return ROOT / ".data" / "test"


FOLDER = _folder()
FOLDER.mkdir(parents=True, exist_ok=True)
SOCKET = places.sockets(FOLDER, places.account())


def prepare_environment() -> None:
    """Nothing of the developer's own environment reaches the tests."""
    scratch = Path(tempfile.mkdtemp(prefix="clinic-tests-"))
    atexit.register(subprocess.run, ["rm", "-rf", str(scratch)], check=False)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.settings",
        DATABASE_URL=GIVEN or postgres.url(SOCKET, postgres.APPLICATION),
        DATABASE_OWNER_URL=GIVEN or postgres.url(SOCKET, postgres.OWNER),
        REDIS_URL="unix:///nowhere/redis.sock",
        SECRET_KEY="tests",
        SEALING_KEYS="tests seal",
        INDEX_KEY="tests compare",
        DATA_DIR=str(scratch),
        BACKUP_DIR=str(scratch / "backups"),
        DEMO="0",
        LOG_LEVEL="WARNING",
    )
    for name in ("MEDIA_ROOT", "DEBUG", "ALLOWED_HOSTS", "BEHIND_TLS", "UPLOAD_STORAGE"):
        os.environ.pop(name, None)
    for name in ("PUBLIC_KEY", "KEY_FILE", "KEY_DIR", "HOURS", "KEEP"):
        os.environ.pop(f"BACKUP_{name}", None)


prepare_environment()


@contextlib.contextmanager
def running() -> Iterator[psycopg.Connection]:
    """The owner's connection to the server. Whoever comes first starts it, whoever leaves last ends it."""
    with (FOLDER / "users").open("w") as users:
        with _alone("starting"):
            if not GIVEN:
                _start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with psycopg.connect(_maintenance(), autocommit=True) as server:
                yield server
        finally:
            with _alone("starting"), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not GIVEN:
                    _end()


def _maintenance() -> str:
    return GIVEN or postgres.url(SOCKET, database="postgres")


def _start() -> None:
    if connections.answers(_maintenance()):
        return
    data = FOLDER / "postgres"
    postgres.initialise(data, "--no-sync")
    _, _, _, *options = postgres.command(data, SOCKET, **FAST)
    _control("start", "-W", "-o", shlex.join(options))
    connections.wait_for_postgres(_maintenance())


def _end() -> None:
    _control("stop", "-m", "fast")


def _control(*arguments: str) -> None:
    """pg_ctl lets the server outlive the run that started it: another run may be using it."""
    user = places.account()
    command = [
        postgres.programs(user) / "pg_ctl",
        "-D",
        FOLDER / "postgres" / postgres.CLUSTER,
        "-s",
        *arguments,
    ]
    with (FOLDER / "postgres.log").open("ab") as log:
        subprocess.run(
            command,
            check=True,
            cwd="/",
            stdout=log,
            stderr=log,
            env=postgres.environment(),
            **places.as_account(user),
        )


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    with (FOLDER / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def template() -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in SHAPED_BY for path in ROOT.glob(pattern) if path.is_file()}):
        if "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return f"template_{digest.hexdigest()[:16]}"


def make_template(server: psycopg.Connection) -> None:
    """Migrate an empty database once; it gets its final name when it is complete."""
    with _alone("making"):
        if _databases(server, template()):
            return
        connections.create_application_role(server)
        for old in _databases(server, "template\\_%"):
            drop(server, old)
        making = f"making_{os.getpid()}"
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
        _migrate(making)
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (making, template())))
        )


def _migrate(database: str) -> None:
    from django.core.management import call_command

    use(database)
    call_command("migrate", verbosity=0, interactive=False)
    _disconnect()


def clone(server: psycopg.Connection) -> None:
    """A fresh copy of the template. The one before goes after it, once its connections have ended."""
    from django.conf import settings

    _disconnect()
    before, fresh = settings.DATABASES["default"]["NAME"], f"test_{next(_serial)}_{os.getpid()}"
    copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
    server.execute(sql.SQL(copy).format(*map(sql.Identifier, (fresh, template()))))
    use(fresh)
    if before.startswith("test_"):
        drop(server, before)


def drop(server: psycopg.Connection, database: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def drop_clone(server: psycopg.Connection) -> None:
    from django.conf import settings

    _disconnect()
    drop(server, settings.DATABASES["default"]["NAME"])


def drop_left_behind(server: psycopg.Connection) -> None:
    """Clones of runs that were killed."""
    for name in _databases(server, "test\\_%") + _databases(server, "making\\_%"):
        process = name.rpartition("_")[2]
        if process.isdecimal() and not Path(f"/proc/{process}").exists() and Path("/proc/self").exists():
            drop(server, name)


def _databases(server: psycopg.Connection, pattern: str) -> list[str]:
    return [
        name for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
    ]


def use(database: str) -> None:
    from django.conf import settings
    from django.db import connections as django_connections

    for alias in django_connections:
        settings.DATABASES[alias]["NAME"] = database
        django_connections[alias].settings_dict["NAME"] = database


def _disconnect() -> None:
    from django.db import connections as django_connections

    django_connections.close_all()
