"""A whole clinic of its own in a folder of its own, as `make run` starts it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from clinic.stack import places

KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


class Copy:
    def __init__(self, data: Path, **env: str) -> None:
        self.data = data
        self.port = free_port()
        self.env = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.env |= {"DATA_DIR": str(data), "PORT": str(self.port), "DEMO": "0", **env}
        self.output = data.with_name(f"{data.name}.txt")
        self.process: subprocess.Popen | None = None

    def start(self) -> "Copy":
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                self.command("run"),
                env=self.env,
                cwd=places.ROOT,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_until(lambda: "The clinic is open" in self.said() or self.process.poll() is not None, 300)
        assert self.process.poll() is None, self.said()
        return self

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "clinic.stack", *arguments]

    def call(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess:
        """One of the other commands on the same folder."""
        return subprocess.run(
            self.command(*arguments),
            env=self.env,
            cwd=places.ROOT,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def ask(self, path: str) -> int:
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10).status

    def end(self, number: int = signal.SIGINT) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=15)
            self.process = None

    def said(self) -> str:
        return self.output.read_text()

    def processes(self) -> dict[int, str]:
        """Command lines of what is alive and works on this folder: named there, in the environment, or standing in it."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes()
                about = line, (entry / "environ").read_bytes(), bytes((entry / "cwd").readlink())
                if any(str(self.data).encode() in text for text in about):
                    found[int(entry.name)] = line.replace(b"\0", b" ").decode()
        return found

    def is_gone(self) -> bool:
        """A server that was killed while it wrote to a busy disk is there until the disk has answered."""
        return self.processes() == {}

    def kill(self, name: str) -> None:
        """The oldest process of that name: a master, not its workers."""
        os.kill(min(number for number, line in self.processes().items() if name in line), signal.SIGKILL)


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Not pytest's: those are closed to the account that PostgreSQL runs as when root runs the tests."""
    path = Path(tempfile.mkdtemp(prefix="clinic-stack-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
