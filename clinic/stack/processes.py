"""Children of the supervisor: started in a group of their own, restarted, ended, never left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from clinic.stack.watchdog import Watchdog

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 5 * 1024 * 1024
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclass
class Child:
    name: str
    command: list[str]
    log: Path
    watchdog: Watchdog
    stop_signal: signal.Signals = signal.SIGTERM
    options: dict = field(default_factory=dict)
    console: bool = False
    process: subprocess.Popen | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.starts.append(time.monotonic())
        self._rotate()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=None if self.console else log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self._end_with_parent,
                **self.options,
            )
        self.watchdog.watch(self.process.pid)

    def _rotate(self) -> None:
        """One older log is kept; a log is put aside at a start when it has grown large."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _end_with_parent(self) -> None:
        """Linux tells the child when its parent dies; elsewhere the watchdog alone sees to it."""
        if _prctl:
            _prctl(PR_SET_PDEATHSIG, int(self.stop_signal))

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def code(self) -> int | None:
        return self.process.returncode if self.process else None

    def signal(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def kill_group(self) -> None:
        """What is left of the child and of its own children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.watchdog.forget(self.process.pid)
            self.process = None

    def restart(self) -> None:
        self.kill_group()
        self.start()

    def pause(self, now: float) -> float:
        """Seconds to wait before the next start: 0, 1, 2, 4 ... by the starts of the last minute."""
        recent = [begun for begun in self.starts if now - begun < 60]
        return 0 if len(recent) < 2 else 2.0 ** (len(recent) - 2)

    def keeps_dying(self, now: float) -> bool:
        return len([begun for begun in self.starts if now - begun < 60]) > 5


def stop(children: Iterable[Child], grace: float) -> None:
    """Ask all at once, wait together, then end what is left."""
    children = [child for child in children if child.process is not None]
    for child in children:
        child.signal(child.stop_signal)
    deadline = time.monotonic() + grace
    while any(child.alive() for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        child.kill_group()
