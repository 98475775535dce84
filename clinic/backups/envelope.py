"""Sealing a stream for public keys, and opening it again: age's format, in chunks that are each authenticated.

A cut or changed file is noticed wherever it is cut or changed. Neither side needs the whole in memory.
"""

import contextlib
import hashlib
import io
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from clinic.backups.flaws import Broken, Flaw

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Sealed:
    size: int
    sha256: str


def seal(file: BinaryIO, blocks: Iterable[bytes], recipients: list[Any]) -> Sealed:
    """Write `blocks`, sealed, to `file`. What goes wrong while they are made is raised as it is."""
    source, target = _Source(blocks), _Target(file)
    try:
        pyrage.encrypt_io(source, target, recipients)
    except Exception:
        if source.problem:
            raise source.problem from None
        raise
    return Sealed(target.size, target.digest.hexdigest())


@contextlib.contextmanager
def opened(path: Path, identities: list[Any]) -> Iterator[BinaryIO]:
    """The plain stream. Leaving reads it to its end, so that nothing passes whose end is missing."""
    reading, writing = os.pipe()
    unsealing = _Unsealing(path, writing, identities)
    unsealing.start()
    try:
        with os.fdopen(reading, "rb") as plain:
            yield plain
            while plain.read(CHUNK):
                pass
    except Exception:
        unsealing.join()
        if unsealing.problem:  # the cause of whatever the reader made of it
            raise _meaning(unsealing.problem, path.name) from None
        raise
    unsealing.join()
    if unsealing.problem:
        raise _meaning(unsealing.problem, path.name) from None


def _meaning(problem: Exception, name: str) -> Exception:
    if isinstance(problem, pyrage.DecryptError):
        return Broken(Flaw.WRONG_KEY if "No matching keys" in str(problem) else Flaw.UNREADABLE, name)
    if isinstance(problem, OSError) and problem.errno is None:  # age's own, not the system's
        return Broken(Flaw.DAMAGED, name)
    return problem


class _Source(io.RawIOBase):
    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.blocks = iter(blocks)
        self.rest = memoryview(b"")
        self.problem: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self.rest:
            try:
                self.rest = memoryview(next(self.blocks))
            except StopIteration:
                return b""
            except Exception as problem:
                self.problem = problem
                raise
        piece, self.rest = self.rest[:size], self.rest[size:]
        return bytes(piece)


class _Target(io.RawIOBase):
    def __init__(self, file: BinaryIO) -> None:
        self.file, self.size, self.digest = file, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.file.write(data)
        self.digest.update(data)
        self.size += len(data)
        return len(data)


class _Unsealing(threading.Thread):
    """Pushes the plain stream into a pipe, because the library pushes and tar pulls."""

    def __init__(self, path: Path, writing: int, identities: list[Any]) -> None:
        super().__init__(daemon=True)
        self.path, self.writing, self.identities = path, writing, identities
        self.problem: Exception | None = None

    def run(self) -> None:
        pipe = _Pipe(self.writing)
        try:
            with self.path.open("rb") as sealed, contextlib.closing(pipe):
                pyrage.decrypt_io(sealed, pipe, self.identities)
        except Exception as problem:
            self.problem = None if pipe.abandoned else problem


class _Pipe(io.RawIOBase):
    def __init__(self, descriptor: int) -> None:
        self.descriptor, self.abandoned = descriptor, False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            return os.write(self.descriptor, data)
        except BrokenPipeError:
            self.abandoned = True
            raise

    def close(self) -> None:
        if not self.closed:
            os.close(self.descriptor)
        super().close()
