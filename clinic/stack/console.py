"""What a person at the terminal sees: numbered steps, and one sentence when something can't be had.

Standard library only, because the set-up runs before any package is there.
"""

from __future__ import annotations

import contextlib
import errno
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO


class Stop(Exception):
    """The end of the road, said in one sentence with the line to run."""


class Steps:
    """Prints "2/5 Packages ... done 3.1 s" as the steps go by."""

    def __init__(self, total: int, done: int = 0) -> None:
        self.total = total
        self.number = done

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.number += 1
        begun = time.monotonic()
        print(f"  {self.number}/{self.total} {name} ... ", end="", flush=True)
        try:
            yield
        except BaseException:
            print("failed", flush=True)
            raise
        print(f"done {time.monotonic() - begun:.1f} s", flush=True)


def disk_full(folder: object) -> Stop:
    return Stop(f"The disk is full: free some space for {folder}, look with: df -h {folder}")


def known_reason(text: str, folder: object) -> Stop | None:
    """What a program's last words mean, where that is known."""
    return disk_full(folder) if "No space left on device" in text else None


def explain(log: Path, name: str) -> Stop:
    """Why `name` has ended, from the end of its log."""
    tail = log.read_text(errors="replace")[-4000:] if log.exists() else ""
    return known_reason(tail, log.parent) or Stop(f"{name}; the reason stands in its log: tail {log}")


def say(action: Callable[[], int | None], *, to: TextIO | None = None, code: int = 1) -> int:
    """Run a command's main function; its refusals become one sentence on `to` and the exit code."""
    try:
        return action() or 0
    except Stop as stop:
        print(stop, file=to or sys.stderr, flush=True)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(disk_full(error.filename or "."), file=to or sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return code
