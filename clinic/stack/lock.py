"""One stack to a folder."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinic.stack.console import Stop

PATIENCE = 8.0  # seconds that the watchdog of a killed copy may need


@contextmanager
def only_one(path: Path) -> Iterator[bool]:
    """Hold the folder's lock; the value tells whether the last copy was killed before it could clean up.

    The watchdog inherits the lock, so a killed copy gives it back once its children have ended.
    """
    with path.open("a+") as file:
        _take(file)
        file.seek(0)
        killed = bool(file.read())
        _write(file, str(os.getpid()))
        try:
            yield killed
        finally:
            _write(file, "")


def _take(file) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            if _alive(holder) or time.monotonic() > deadline:
                raise Stop(
                    f"Another copy is running in this folder; end it there with Ctrl-C, or run: kill {holder}"
                ) from None
            time.sleep(0.05)
        else:
            return


def _alive(process: str) -> bool:
    if not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _zombie(process)


def _zombie(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def _write(file, text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()
