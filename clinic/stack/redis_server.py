"""The embedded Redis: a socket, a small memory, and its queue on disk."""

import shutil
from pathlib import Path

from clinic.stack.console import Stop


def command(folder: Path, socket: Path) -> list[str]:
    program = shutil.which("redis-server")
    if program is None:
        raise Stop("Redis is missing; run: make setup")
    settings = {
        "port": "0",
        "unixsocket": str(socket / "redis.sock"),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory": "64mb",
        "maxmemory-policy": "volatile-lru",  # entries of the cache may go, tasks never
    }
    return [program, *(word for name, value in settings.items() for word in (f"--{name}", value))]


def url(socket: Path) -> str:
    return f"unix://{socket}/redis.sock"
