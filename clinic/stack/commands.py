"""What needs the database alone, whether the stack is running or not: its prompt, a management command, backup, restore."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

import psycopg

from clinic.stack import connections, environment, places, postgres, processes, supervisor
from clinic.stack.console import Steps, Stop
from clinic.stack.lock import only_one
from clinic.stack.places import Places
from clinic.stack.processes import Child
from clinic.stack.watchdog import Watchdog

DUMP = "database.dump"
KIND = "kind"
MEDIA = "media"


def psql(arguments: list[str]) -> int:
    with _owner_url(places.chosen()) as url:
        return subprocess.run([_program("psql"), url, *arguments], check=False).returncode


def manage(arguments: list[str]) -> int:
    """Any command of manage.py, on this folder's clinic."""
    where = places.chosen()
    with _owner_url(where):
        env = environment.children(where, places.sockets(where.data, places.account()))
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=places.ROOT, env=env, check=False
        ).returncode


def backup() -> None:
    """One file: the database as pg_dump's custom format, the uploads, and whether it is a demo."""
    where = places.chosen()
    folder = Path(os.environ.get("BACKUP_DIR") or places.ROOT / "backups").expanduser().absolute()
    target = folder / f"clinic-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.tar"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    print("Backing up")
    steps = Steps(2)
    with _owner_url(where) as url, tempfile.TemporaryDirectory(dir=folder) as making:
        dump = Path(making) / DUMP
        with steps.step("Database"):
            _run("pg_dump", "--format", "custom", "--no-owner", "--file", str(dump), url)
        with steps.step("Uploads"):
            archive = Path(making) / target.name
            with tarfile.open(archive, "w") as tar:
                tar.add(dump, DUMP)
                tar.add(where.media, MEDIA)
                if environment.kind(where):
                    tar.add(where.data / KIND, KIND)
            archive.chmod(0o600)
            archive.rename(target)
    kept = ", ".join(str(where.data / file) for file in environment.KEYS.values())
    print(f"\n{target}\nKeep the keys as well, apart from the backups: {kept}")


def restore(name: str) -> None:
    where = places.chosen()
    file = Path(name).expanduser()
    if not name or not file.is_file():
        raise Stop(
            f"There is no backup {name or 'given'}; choose one of: ls backups, then run: make restore FILE=backups/..."
        )
    where.make()
    print("Restoring")
    steps = Steps(2)
    with _owner_url(where) as url, tempfile.TemporaryDirectory() as folder, _opened(file) as tar:
        refuse_full_database(url)
        with steps.step("Database"):
            dump = Path(folder) / DUMP
            _extract(tar, DUMP, dump)
            _run(
                "pg_restore",
                "--no-owner",
                "--exit-on-error",
                "--single-transaction",
                "--dbname",
                url,
                str(dump),
            )
        with steps.step("Uploads"):
            _extract_media(tar, where.media)
            if KIND in tar.getnames():
                _extract(tar, KIND, where.data / KIND)
    print("\nRestored; start the clinic with: make run")


def refuse_full_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        ).fetchone()
        if found and found[0]:
            raise Stop(
                "The database isn't empty; restore into another folder: DATA_DIR=.data-restored make restore FILE=..."
            )
        connections.create_application_role(connection)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file) as tar:
            tar.getmember(DUMP)
            yield tar
    except (tarfile.TarError, KeyError) as error:
        raise Stop(f"{file} is no backup of the clinic; choose one of: ls backups") from error


def _extract_media(tar: tarfile.TarFile, media: Path) -> None:
    """Plain files under media/ and nothing else, wherever the archive comes from."""
    for member in tar.getmembers():
        path = PurePosixPath(member.name)
        if member.isfile() and path.parts[0] == MEDIA and ".." not in path.parts:
            target = media.joinpath(*path.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            _extract(tar, member.name, target)


def _extract(tar: tarfile.TarFile, name: str, target: Path) -> None:
    source = tar.extractfile(name)
    if source is not None:
        with source, target.open("wb") as file:
            shutil.copyfileobj(source, file)


@contextmanager
def _owner_url(where: Places) -> Iterator[str]:
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


def _program(name: str) -> str:
    """For a server elsewhere the machine's own program, which may know TLS; else the embedded one."""
    installed = shutil.which(name) if os.environ.get("DATABASE_URL") else None
    return installed or str(postgres.programs(None) / name)


def _run(name: str, *arguments: str) -> None:
    done = subprocess.run([_program(name), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines()
        raise Stop(
            f"{name} failed: {reason[-1] if reason else done.returncode}; nothing was kept, try again after: df -h"
        )
