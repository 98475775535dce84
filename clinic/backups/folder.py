"""The folder of backups: one writer at a time, a label beside each file, old ones let go by a rule."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from clinic.backups import archive, keys, label, rotation
from clinic.backups.archive import Source, Told
from clinic.backups.envelope import CHUNK
from clinic.backups.flaws import Broken, Flaw, NotMade
from clinic.backups.label import Label
from clinic.backups.rotation import Rule

ENDING = ".tar.age"
MAGIC = b"age-encryption.org/v1\n"


class Busy(Exception):
    """Another process is writing a backup into this folder."""


@dataclass(frozen=True)
class Folder:
    path: Path

    @contextlib.contextmanager
    def only_one(self) -> Iterator[None]:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None
            yield

    def backups(self) -> list[Path]:
        """The oldest first, by name."""
        return sorted(self.path.glob(f"clinic-*{ENDING}")) if self.path.is_dir() else []

    def clear(self) -> None:
        """What an interrupted writer left: unfinished files, and labels of none."""
        for path in self.path.glob("clinic-*.part"):
            path.unlink()
        for path in self.path.glob(f"clinic-*{ENDING}{label.SUFFIX}"):
            if not path.with_name(path.name.removesuffix(label.SUFFIX)).exists():
                path.unlink()

    def write(self, source: Source, public: list[str], told: Told = str) -> tuple[Path, Label]:
        """A new backup, read again from the disk before it counts. The label comes first: a file never stands without."""
        target = self._free_name()
        making = target.with_name(f"{target.name}.part")
        try:
            with making.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                made = archive.write(file, source, public, told)
                file.flush()
                os.fsync(file.fileno())
            told("reading again")
            _compare(making, made)
            label.write(made, target)
            making.rename(target)
        except Broken as broken:
            raise NotMade(f"The disk gives back something else than was written: {broken}") from None
        except OSError as problem:
            raise NotMade(
                f"The backup can't be written: {problem.strerror} ({problem.filename or self.path})"
            ) from None
        finally:
            making.unlink(missing_ok=True)
        return target, made

    def _free_name(self) -> Path:
        name = f"clinic-{datetime.now(UTC):%Y-%m-%d-%H%M%S}Z"
        taken = {path.name for path in self.path.iterdir()}
        number = 1
        while f"{name}{_counted(number)}{ENDING}" in taken:
            number += 1
        return self.path / f"{name}{_counted(number)}{ENDING}"

    def rotate(self, rule: Rule, zone: tzinfo) -> list[Path]:
        """Let go what the rule doesn't keep. What is broken is left to a person, and keeps no good one out."""
        times = {}
        for path in self.backups():
            with contextlib.suppress(Broken):
                times[path] = check(path, whole=False).taken_at
        stay = rotation.kept(times.values(), datetime.now(UTC), rule, zone)
        gone = [path for path, at in times.items() if at not in stay]
        for path in gone:
            path.unlink()
            label.beside(path).unlink(missing_ok=True)
        return gone


def _counted(number: int) -> str:
    return "" if number == 1 else f"-{number}"


def check(
    path: Path, *, public: Collection[str] = (), known: Collection[str] = (), whole: bool = True
) -> Label:
    """What can be told without the private key; raises Broken. `known` are the migrations of the code that runs."""
    told = label.read(path)
    size = path.stat().st_size
    if size < told.size:
        raise Broken(Flaw.TRUNCATED, path.name, size=size, whole=told.size)
    if public and not set(public) & set(told.keys):
        raise Broken(Flaw.WRONG_KEY, path.name)
    refuse_newer(path.name, told.heads, known)
    if size != told.size:
        raise Broken(Flaw.DAMAGED, path.name)
    if whole:
        _compare(path, told)
    return told


def refuse_newer(name: str, heads: Collection[str], known: Collection[str]) -> None:
    """A backup of a newer version holds what this one can't use. Apps that this one doesn't have at all disturb nothing."""
    apps = {migration.partition(".")[0] for migration in known}
    unknown = sorted(head for head in heads if head.partition(".")[0] in apps and head not in known)
    if unknown:
        raise Broken(Flaw.WRONG_VERSION, name, what=unknown[0])


def _compare(path: Path, told: Label) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Broken(Flaw.UNREADABLE, path.name)
        file.seek(0)
        while piece := file.read(CHUNK):
            digest.update(piece)
    if digest.hexdigest() != told.sha256:
        raise Broken(Flaw.DAMAGED, path.name)


def open_whole(path: Path, key_file: Path) -> archive.Manifest:
    """Open a backup with the private key and go through all of it; raises Broken, or ValueError about the key."""
    return archive.read(path, keys.identities(key_file))
