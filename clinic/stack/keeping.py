"""Backups from the terminal: making one, making the pair of keys, restoring one into an empty clinic."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from clinic.backups import archive, contents, keys, programs
from clinic.backups.archive import Manifest, Source
from clinic.backups.flaws import Broken, Flaw, NotMade
from clinic.backups.folder import ENDING, Busy, Folder, check, refuse_newer
from clinic.backups.label import Label
from clinic.backups.rotation import Rule
from clinic.stack import connections, environment, places
from clinic.stack.commands import owner_url
from clinic.stack.console import Steps, Stop
from clinic.stack.places import Places


def backup() -> None:
    where = places.chosen()
    where.make()
    print("Backing up")
    with owner_url(where) as url:
        path, told = made(where, url, Steps(3))
    print(
        f"\n{path}\n{told.tables} tables, {told.rows} rows, {told.uploads} uploads; {told.size / 1e6:.1f} MB"
    )
    kept = ", ".join(str(where.data / file) for file in environment.KEYS.values())
    print(f"Keep these keys too, apart from the backups: {kept}")
    remind_of_key(where)


def made(where: Places, url: str, steps: Steps) -> tuple[Path, Label]:
    """Three steps: sealed and written, read again, the old ones let go."""
    public, folder = keys.split(environment.public_key(where)), Folder(where.backups)
    source = Source(url, where.media, environment.kind(where), environment.marks(where))
    with _said(), folder.only_one():
        folder.clear()
        with steps.step("Sealing the database and the uploads"):
            path, told = folder.write(source, public)
        with steps.step("Reading it again"):
            check(path, public=public)
            if opener := keys.opener(where.private_key, public):
                archive.read(path, opener)
        with steps.step("Letting old ones go"):
            folder.rotate(
                Rule.of(os.environ.get("BACKUP_KEEP", "")), datetime.now().astimezone().tzinfo or UTC
            )
    return path, told


def remind_of_key(where: Places) -> None:
    if where.private_key.exists():
        print(
            f"The private key that opens the backups lies on this machine: {where.private_key}\n"
            "Move it to a safe place elsewhere, with a second copy: without it nobody opens a backup, with it anybody does."
        )


def backup_key() -> None:
    """Make the pair once, and say plainly what becomes of its two parts."""
    where = places.chosen()
    known = os.environ.get("BACKUP_PUBLIC_KEY") or (
        (where.data / environment.PUBLIC_KEY).exists() and where.data / environment.PUBLIC_KEY
    )
    if known:
        raise Stop(
            f"There is a pair already ({known}); to begin a new one: mv {where.data / environment.PUBLIC_KEY} ~/old-public-key"
            " && make backup-key"
        )
    if where.private_key.exists():
        raise Stop(
            f"{where.private_key} exists; move it away first, or name another folder with BACKUP_KEY_DIR"
        )
    where.make()
    print(
        f"Public key, for BACKUP_PUBLIC_KEY where the server's settings are kept:\n{environment.public_key(where)}"
    )
    remind_of_key(where)


def check_backups(arguments: list[str]) -> int:
    """The command of manage.py; no database is needed for it."""
    where = places.chosen()
    where.make()
    env = environment.children(where, where.data)
    if where.private_key.exists() and not arguments:
        arguments = ["--key", str(where.private_key)]
    command = [sys.executable, "manage.py", "check_backups", *arguments]
    return subprocess.run(command, cwd=places.ROOT, env=env, check=False).returncode


def restore(name: str) -> None:
    where = places.chosen()
    file = Path(name).expanduser()
    if not name or not file.is_file():
        raise Stop(
            f"There is no backup {name or 'given'}; choose one of: ls {where.backups}/*{ENDING}, then: make restore FILE=..."
        )
    where.make()
    with _said(), owner_url(where) as url:
        identities = _identities(where)
        print("Restoring")
        manifest = restored(file, identities, url, where.media)
    if manifest.kind:
        (where.data / "kind").write_text(manifest.kind)
    gone = archive.missing(manifest.marks, environment.marks(where))
    if gone:
        files = " and ".join(str(where.data / environment.KEYS[key]) for key in gone)
        print(
            f"\nNational ids in it are sealed with keys that aren't here: before the start, put the former clinic's into {files}"
        )
    print("\nRestored and compared; start the clinic with: make run (make upgrade where it says so)")


def _identities(where: Places) -> list:
    if not where.private_key.exists():
        raise Stop(
            f"The private key is missing in {where.private_key}; name its file: make restore FILE=... KEY=..."
        )
    return keys.identities(where.private_key)


def restored(file: Path, identities: list, url: str, media: Path) -> Manifest:
    """Four steps. Nothing is written before the whole file has been read, the database comes last and at once."""
    refuse_full_database(url)
    steps = Steps(4)
    with steps.step("Reading the whole backup"):
        manifest = archive.read(file, identities)
        refuse_newer(file.name, manifest.contents.heads, known_migrations())
        major = programs.server_major(url)
        if manifest.contents.postgres > major:
            raise Broken(Flaw.WRONG_VERSION, file.name, what=f"PostgreSQL {manifest.contents.postgres}")
    with steps.step("Uploads"):
        archive.read(file, identities, upload=lambda name, pieces: _put(media / name, pieces))
    with steps.step("Database"):
        _fill(file, identities, url, major)
    with steps.step("Comparing every table"):
        with psycopg.connect(url) as connection:
            wrong = contents.differences(manifest.contents, contents.read(connection))
        if wrong:
            raise Stop(
                f"The restored database isn't what was backed up, in: {', '.join(wrong)}; don't work with it"
            )
    return manifest


def _put(target: Path, pieces: Iterator[bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    making = target.with_name(f".{target.name}.part")
    with making.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    making.rename(target)


def _fill(file: Path, identities: list, url: str, major: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connections.create_application_role(connection)
    command = [programs.program("pg_restore", major), "--no-owner", "--exit-on-error", "--single-transaction"]
    restoring = subprocess.Popen(
        [*command, *programs.database(url)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env=programs.environment(url),
    )  # fmt: skip
    assert restoring.stdin and restoring.stderr  # noqa: S101 - both are pipes
    try:
        with restoring.stdin as into:
            archive.read(file, identities, database=into.write)
    except BrokenPipeError:
        pass  # it has ended, and says why
    except BaseException:
        restoring.kill()  # the one transaction goes with it
        restoring.wait()
        raise
    with restoring.stderr as said:
        why = said.read()
    if restoring.wait():
        raise Stop(
            f"The database can't be filled ({programs.last_words(why)}); it is still empty, try again after: df -h"
        )


def refuse_full_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(f"SELECT count(*) FROM ({contents.TABLES}) tables").fetchone()  # noqa: S608 - our own text
        if found and found[0]:
            raise Stop(
                "The database isn't empty; restore into another folder: DATA_DIR=.data-restored make restore FILE=..."
            )


def known_migrations() -> list[str]:
    """Of the apps in this copy, read from their folders: Django isn't running here."""
    return [f"{path.parents[1].name}.{path.stem}" for path in places.ROOT.glob("*/migrations/[0-9]*.py")]


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except Busy:
        raise Stop("Another backup is being written; wait a moment and try again") from None
    except (Broken, NotMade, ValueError) as problem:
        raise Stop(str(problem)) from None
