"""The embedded Redis: a socket, a small memory, and its queue on disk."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import redis

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


def wait(address: str, alive: Callable[[], bool], log: Path, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    with redis.Redis.from_url(address, socket_connect_timeout=2, socket_timeout=2) as client:
        while alive() and time.monotonic() < deadline:
            try:
                client.ping()
            except redis.RedisError:
                time.sleep(0.03)
            else:
                return
    raise Stop(f"Redis doesn't start; the reason stands in its log: tail {log}")
