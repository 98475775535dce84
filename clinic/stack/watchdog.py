"""Ends the children when the supervisor was killed and could not.

A forked process reads a pipe whose other end only the supervisor holds. While it works it also
holds the supervisor's lock, so that the next start waits for it.
"""

import contextlib
import os
import signal
import time

GRACE = 3.0


class Watchdog:
    def __init__(self) -> None:
        """Fork early: what the parent has loaded is shared with the watchdog."""
        reading, self._pipe = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._pipe)
            _keep_watch(reading)
        os.close(reading)

    def watch(self, group: int) -> None:
        os.write(self._pipe, f"{group}\n".encode())

    def forget(self, group: int) -> None:
        os.write(self._pipe, f"{-group}\n".encode())

    def dismiss(self) -> None:
        os.close(self._pipe)
        os.waitpid(self._process, 0)


def _keep_watch(pipe: int) -> None:
    try:
        os.setsid()
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_IGN)
        groups: set[int] = set()
        with os.fdopen(pipe) as lines:
            for line in lines:
                number = int(line)
                groups.add(number) if number > 0 else groups.discard(-number)
        _end(groups)
    finally:
        os._exit(0)


def _end(groups: set[int]) -> None:
    deadline = time.monotonic() + GRACE
    for group in groups:
        _signal(group, signal.SIGTERM)
    while groups and time.monotonic() < deadline:
        time.sleep(0.05)
        groups = {group for group in groups if _signal(group, 0)}
    for group in groups:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False
