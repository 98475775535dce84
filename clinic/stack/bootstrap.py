"""Set-up on a bare machine: system packages, .venv, uv, the locked packages.

    python3 -m clinic.stack.bootstrap run|test

Standard library only. Run again it finds everything in place and says nothing.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from clinic.stack.console import Steps, Stop, disk_full, say

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("uv", "base", "dev")}
CHROMIUM = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app",
    "/Applications/Google Chrome.app",
)
NO_NETWORK = (
    "name resolution",
    "resolve",
    "dns error",
    "Could not connect",
    "NewConnectionError",
    "Network is unreachable",
    "error sending request",
    "Failed to establish",
    "No route to host",
    "Connection refused",
    "timed out",
)


class Need(NamedTuple):
    """A part of the system: how to see that it is there, and what it is called by apt and by brew."""

    there: Callable[[], bool]
    apt: str
    brew: str = ""


def _library(*names: str) -> Callable[[], bool]:
    def there() -> bool:
        for name in names:
            try:
                ctypes.CDLL(name)
            except OSError:
                continue
            return True
        return False

    return there


def _font(folder: str) -> Callable[[], bool]:
    return lambda: platform.system() == "Darwin" or any(Path("/usr/share/fonts").glob(f"**/{folder}/*.ttf"))


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) or Path(name).is_dir() for name in names)


def _redis() -> bool:
    return bool(os.environ.get("REDIS_URL")) or _program("redis-server")()


def _venv() -> bool:
    return PYTHON.exists() or importlib.util.find_spec("ensurepip") is not None


RUN_NEEDS = [
    Need(_venv, "python3-venv"),
    Need(
        _library("libpango-1.0.so.0", "libpango-1.0.dylib", "/opt/homebrew/lib/libpango-1.0.dylib"),
        "libpango-1.0-0",
        "pango",
    ),
    Need(
        _library("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "/opt/homebrew/lib/libpangoft2-1.0.dylib"),
        "libpangoft2-1.0-0",
        "pango",
    ),
    Need(
        _library(
            "libharfbuzz-subset.so.0",
            "libharfbuzz-subset.dylib",
            "/opt/homebrew/lib/libharfbuzz-subset.dylib",
        ),
        "libharfbuzz-subset0",
        "harfbuzz",
    ),
    Need(_font("dejavu"), "fonts-dejavu-core"),
    Need(_font("lohit-devanagari"), "fonts-lohit-deva"),
    Need(_redis, "redis-server", "redis"),
]
TEST_NEEDS = [
    Need(_program(*CHROMIUM), "chromium", "--cask chromium"),
    Need(_library("libatomic.so.1", "/usr/lib/libSystem.B.dylib"), "libatomic1"),
]


def main() -> int:
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if sys.version_info < (3, 11):  # noqa: UP036 - says so to an older one
        raise Stop(
            f"Python 3.11 or newer is needed, this is {platform.python_version()}: make {purpose} PYTHON=python3.11"
        )
    missing = [need for need in RUN_NEEDS + (TEST_NEEDS if purpose == "test" else []) if not need.there()]
    level = _level(purpose)
    if not missing and _installed(level):
        return 0
    print("Setting up")
    steps = Steps(4)
    with steps.step("System packages"):
        install_system_packages(missing)
    with steps.step("Python environment"):
        make_environment()
    with steps.step("Installer"):
        install_uv()
    with steps.step("Python packages"):
        install_packages(level)
    return 0


def install_system_packages(missing: list[Need]) -> None:
    if not missing:
        return
    if platform.system() == "Darwin":
        line = "brew install " + " ".join(sorted({need.brew for need in missing if need.brew}))
        if not shutil.which("brew"):
            raise Stop(
                f"Homebrew is needed for system packages; get it from https://brew.sh, then run: {line}"
            )
        _run(line.split(), "System packages could not be installed", line)
        return
    packages = [need.apt for need in missing]
    if not shutil.which("apt-get"):
        raise Stop(f"Please install what your system calls: {' '.join(packages)}")
    line = f"apt-get update && apt-get install -y {' '.join(packages)}"
    sudo = _sudo(f"sudo sh -c '{line}'")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    _run([*apt, "update"], "System packages could not be listed", line)
    _run(
        [*apt, "install", "-y", "--no-install-recommends", *packages],
        "System packages could not be installed",
        line,
    )


def _sudo(line: str) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    raise Stop(f"System packages are missing and this user may not install them; run: {line}")


def make_environment() -> None:
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0:
        return
    _run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        "The Python environment could not be made",
        "make setup",
    )


def install_uv() -> None:
    if _stamp().get("uv") == _digest("uv"):
        return
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _run(
        [*pip, "--require-hashes", "-r", str(LOCKS["uv"])], "The installer could not be fetched", "make setup"
    )
    _write_stamp(uv=_digest("uv"))


def install_packages(level: str) -> None:
    if _installed(level):
        return
    uv = [str(PYTHON), "-m", "uv", "pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes"]
    _run([*uv, str(LOCKS[level])], "The packages could not be installed", "make setup")
    _write_stamp(level=level, packages=_digest(level))


def _level(purpose: str) -> str:
    """Tests need more than running does; what they once installed stays."""
    tested = _stamp().get("level") == "dev" or (VENV / "bin" / "pytest").exists()
    return "dev" if purpose == "test" or tested else "base"


def _installed(level: str) -> bool:
    stamp = _stamp()
    return (
        stamp.get("level") == level
        and stamp.get("packages") == _digest(level)
        and stamp.get("uv") == _digest("uv")
    )


def _digest(lock: str) -> str:
    return hashlib.sha256(LOCKS[lock].read_bytes()).hexdigest()


def _stamp() -> dict[str, str]:
    if not (PYTHON.exists() and STAMP.exists()):
        return {}
    try:
        return dict(json.loads(STAMP.read_text()))
    except ValueError:
        return {}


def _write_stamp(**news: str) -> None:
    STAMP.write_text(json.dumps(_stamp() | news))


def _run(command: list[str], failure: str, line: str) -> None:
    """Run quietly; when it fails, say why in one sentence with the line to run again."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode == 0:
        return
    if "No space left" in done.stdout or "not enough free space" in done.stdout:
        raise disk_full(ROOT)
    if any(sign in done.stdout for sign in NO_NETWORK):
        raise Stop(f"{failure}, because the network can't be reached; connect this machine and run: {line}")
    print("\n" + "\n".join(done.stdout.splitlines()[-15:]))
    raise Stop(f"{failure}; the reason stands above, then run: {line}")


if __name__ == "__main__":
    sys.exit(say(main))
