"""The inside of a backup, written and read as a stream: manifest, the database in pieces, uploads, their list.

Nothing plain touches the disk on the way: pg_dump's output goes piece by piece into the tar, the tar into the
envelope. All of it is of one moment of the database; uploads are read afterwards, so whatever that moment names is
among them.
"""

import contextlib
import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import psycopg

from clinic.backups import contents, envelope, keys, programs
from clinic.backups.contents import Contents
from clinic.backups.flaws import Broken, Flaw, NotMade
from clinic.backups.label import FORMAT, Label

MANIFEST, DUMP, MEDIA, UPLOADS = "manifest.json", "database", "media", "uploads.json"
PIECE = 4 * 1024 * 1024
Told = Callable[[str], object]


@dataclass(frozen=True)
class Source:
    """What is backed up. `marks` tell the clinic's sealing keys apart without giving them away."""

    url: str
    media: Path
    kind: str = ""
    marks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    taken_at: datetime
    kind: str
    marks: dict[str, str]
    contents: Contents

    def as_bytes(self) -> bytes:
        values = {
            "format": FORMAT, "taken_at": self.taken_at.isoformat(), "kind": self.kind, "marks": self.marks,
            **self.contents.as_json(),
        }  # fmt: skip
        return json.dumps(values, indent=1).encode()

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> "Manifest":
        try:
            values = json.loads(data)
            if values["format"] > FORMAT:
                raise Broken(Flaw.WRONG_VERSION, name, what=f"format {values['format']}")
            taken_at = datetime.fromisoformat(values["taken_at"])
            return cls(taken_at, str(values["kind"]), dict(values["marks"]), Contents.from_json(values))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Broken(Flaw.UNREADABLE, name) from None


def marks_of(keys_by_name: dict[str, str]) -> dict[str, str]:
    """A fingerprint of each key, by its name. Keys are long and random, so nobody guesses one from it."""
    return {
        name: ",".join(hashlib.sha256(b"clinic backup:" + key.encode()).hexdigest()[:16] for key in keys.split(given))
        for name, given in keys_by_name.items()
        if given
    }  # fmt: skip


def missing(wanted: dict[str, str], here: dict[str, str]) -> list[str]:
    """Names of keys that a backup was made with and that aren't here."""
    return [name for name, marks in wanted.items() if not set(marks.split(",")) <= set(here.get(name, "").split(","))]  # fmt: skip


def write(file: BinaryIO, source: Source, public: list[str], told: Told = str) -> Label:
    """Write a backup of this moment to `file`. `told` hears the name of each part as it begins."""
    try:
        recipients = keys.recipients(public)
        with contents.snapshot(source.url) as (connection, name):
            told("counting")
            taken_at = datetime.now(UTC)
            manifest = Manifest(taken_at, source.kind, source.marks, contents.read(connection))
            uploads: list[list[Any]] = []
            blocks = _blocks(source, manifest, name, uploads, told)
            sealed = envelope.seal(file, blocks, recipients)
    except ValueError as problem:
        raise NotMade(str(problem)) from None
    except psycopg.Error as problem:
        raise NotMade(f"The database can't be read: {programs.last_words(str(problem))}") from None
    held = manifest.contents
    return Label(
        taken_at=taken_at, size=sealed.size, sha256=sealed.sha256, keys=public, postgres=held.postgres,
        heads=held.heads, tables=len(held.tables), rows=held.rows, uploads=len(uploads),
    )  # fmt: skip


def _blocks(
    source: Source, manifest: Manifest, snapshot: str, uploads: list[list[Any]], told: Told
) -> Iterator[bytes]:
    yield from _member(MANIFEST, manifest.as_bytes())
    told("database")
    for number, piece in enumerate(_dumped(source.url, manifest.contents.postgres, snapshot)):
        yield from _member(f"{DUMP}/{number:06}", piece)
    told("uploads")
    for path in sorted(source.media.rglob("*")) if source.media.is_dir() else []:
        with contextlib.suppress(FileNotFoundError):  # erased meanwhile
            if path.is_file() and not path.is_symlink():
                yield from _upload(path, path.relative_to(source.media).as_posix(), uploads)
    yield from _member(UPLOADS, json.dumps(uploads).encode())
    yield bytes(2 * tarfile.BLOCKSIZE)


def _head(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry.tobuf(tarfile.PAX_FORMAT)


def _filled(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def _member(name: str, data: bytes) -> Iterator[bytes]:
    yield _head(name, len(data)) + data + _filled(len(data))


def _upload(path: Path, name: str, uploads: list[list[Any]]) -> Iterator[bytes]:
    """As long as it was when it was opened: one that is still being written is no row's file yet."""
    with path.open("rb") as file:
        left = size = os.fstat(file.fileno()).st_size
        digest = hashlib.sha256()
        yield _head(f"{MEDIA}/{name}", size)
        while left:
            piece = file.read(min(left, envelope.CHUNK))
            if not piece:
                raise NotMade(f"The upload {name} became shorter while it was read.")
            digest.update(piece)
            left -= len(piece)
            yield piece
    yield _filled(size)
    uploads.append([name, size, digest.hexdigest()])


def _dumped(url: str, major: int, snapshot: str) -> Iterator[bytes]:
    command = [programs.program("pg_dump", major), "--format", "custom", "--no-owner", "--snapshot", snapshot]
    command += programs.database(url)
    with tempfile.TemporaryFile() as said:
        dump = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL, env=programs.environment(url)
        )  # fmt: skip
        try:
            assert dump.stdout is not None  # noqa: S101 - it is a pipe
            with dump.stdout as output:
                while piece := output.read(PIECE):
                    yield piece
            if dump.wait():
                said.seek(0)
                raise NotMade(f"The database can't be dumped: {programs.last_words(said.read())}")
        finally:
            if dump.poll() is None:
                dump.kill()
                dump.wait()


def read(
    path: Path,
    identities: list[Any],
    *,
    database: Callable[[bytes], object] = len,
    upload: Callable[[str, Iterator[bytes]], object] | None = None,
) -> Manifest:
    """Go through a whole backup and raise Broken unless all of it is there and as it was written.

    `database` is given the dump piece by piece, `upload` each file's name and pieces.
    """
    with envelope.opened(path, identities) as plain:
        try:
            with tarfile.open(fileobj=plain, mode="r|") as tar:
                return _Reading(path.name, tar, database, upload).go()
        except (tarfile.TarError, ValueError):
            raise Broken(Flaw.UNREADABLE, path.name) from None


class _Reading:
    def __init__(self, name: str, tar: tarfile.TarFile, database: Any, upload: Any) -> None:
        self.name, self.tar, self.database, self.upload = name, tar, database, upload
        self.manifest: Manifest | None = None
        self.pieces, self.found, self.listed = 0, list[list[Any]](), None

    def go(self) -> Manifest:
        for member in self.tar:
            stream = self.tar.extractfile(member) if member.isfile() else None
            if stream is None:
                raise Broken(Flaw.UNREADABLE, self.name)
            self.take(member.name, member.size, stream)
        if self.manifest is None or not self.pieces or self.listed is None:
            raise Broken(Flaw.UNREADABLE, self.name)
        if self.found != self.listed:
            raise Broken(Flaw.INCOMPLETE, self.name, what="uploads")
        return self.manifest

    def take(self, name: str, size: int, stream: Any) -> None:
        path = PurePosixPath(name)
        if name == MANIFEST:
            self.manifest = Manifest.from_bytes(stream.read(), self.name)
        elif name == UPLOADS:
            self.listed = json.loads(stream.read())
        elif name == f"{DUMP}/{self.pieces:06}":
            self.pieces += 1
            self.database(stream.read())
        elif path.parts[0] == MEDIA and len(path.parts) > 1 and not {"..", "/"} & set(path.parts):
            self.take_upload(path.relative_to(MEDIA).as_posix(), size, stream)
        else:
            raise Broken(Flaw.UNREADABLE, self.name)

    def take_upload(self, name: str, size: int, stream: io.BufferedReader) -> None:
        digest = hashlib.sha256()

        def pieces() -> Iterator[bytes]:
            while piece := stream.read(envelope.CHUNK):
                digest.update(piece)
                yield piece

        whole = pieces()
        if self.upload:
            self.upload(name, whole)
        for _piece in whole:
            pass
        self.found.append([name, size, digest.hexdigest()])
