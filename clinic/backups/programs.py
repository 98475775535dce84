"""PostgreSQL's own programs: the wheel's, or the machine's where those suit the server better. No password in a command."""

import os
import re
import shutil
import subprocess
from functools import cache

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from clinic.backups.flaws import NotMade
from clinic.stack import postgres
from clinic.stack.console import Stop


def program(name: str, major: int = 0) -> str:
    """Of a server elsewhere the machine's own program, which may know TLS, if it knows that server's version."""
    installed = shutil.which(name) if os.environ.get("DATABASE_URL") else None
    if installed and _major(installed) >= major:
        return installed
    try:
        return str(postgres.programs(None) / name)
    except Stop:
        raise NotMade(
            f"There is no {name} for PostgreSQL {major or postgres.MAJOR} on this machine."
        ) from None


@cache
def _major(path: str) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - found on PATH
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def database(url: str) -> list[str]:
    """The argument that names the database, without its password."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if name != "password"}
    return ["--dbname", make_conninfo(**parts)]


def environment(url: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    password = conninfo_to_dict(url).get("password")
    return kept | ({"PGPASSWORD": str(password)} if password else {})


def server_major(url: str) -> int:
    with psycopg.connect(url, connect_timeout=5) as connection:
        return connection.info.server_version // 10000


def last_words(text: bytes | str) -> str:
    """What a program said last, as one line."""
    lines = (text.decode(errors="replace") if isinstance(text, bytes) else text).strip().splitlines()
    return lines[-1] if lines else "no reason given"
