"""What can be said of a backup without its key: when, how large, for whom sealed. Nothing about anybody."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from clinic.backups.flaws import Broken, Flaw

FORMAT = 1
SUFFIX = ".json"


@dataclass(frozen=True)
class Label:
    taken_at: datetime
    size: int
    sha256: str
    keys: list[str]
    postgres: int
    heads: list[str]
    tables: int
    rows: int
    uploads: int
    format: int = FORMAT


def beside(backup: Path) -> Path:
    return backup.with_name(backup.name + SUFFIX)


def write(label: Label, backup: Path) -> None:
    values = {**asdict(label), "taken_at": label.taken_at.isoformat()}
    making = beside(backup).with_name(f"{backup.name}{SUFFIX}.part")
    with making.open("w") as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    making.chmod(0o600)
    making.rename(beside(backup))


def read(backup: Path) -> Label:
    """Raises Broken where there is none, where it says nonsense, and where a newer version wrote it."""
    try:
        values = json.loads(beside(backup).read_text())
        if int(values["format"]) > FORMAT:
            raise Broken(Flaw.WRONG_VERSION, backup.name, what=f"format {values['format']}")
        known = {name: values[name] for name in Label.__dataclass_fields__}
        label = Label(**{**known, "taken_at": datetime.fromisoformat(values["taken_at"])})
        if not all(
            isinstance(each, int) for each in (label.size, label.postgres, label.tables, label.uploads)
        ):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        raise Broken(Flaw.UNREADABLE, backup.name) from None
    if label.taken_at.tzinfo is None:
        raise Broken(Flaw.UNREADABLE, backup.name)
    return label
