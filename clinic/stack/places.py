"""Where the embedded stack keeps its things, and under which account."""

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from clinic.stack.console import Stop

ROOT = Path(__file__).resolve().parents[2]
SOCKET_LIMIT = 107  # bytes of a Unix socket's path that the kernel takes
LONGEST_SOCKET = "/.s.PGSQL.5432.lock"
OUTSIDE = Path("/var/lib/clinic-erp")  # only for root, whose own folders PostgreSQL's account can't enter


@dataclass(frozen=True)
class Places:
    data: Path

    @property
    def lock(self) -> Path:
        return self.data / "lock"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def redis(self) -> Path:
        return self.data / "redis"

    @property
    def media(self) -> Path:
        return Path(os.environ.get("MEDIA_ROOT") or self.data / "media")

    @property
    def backups(self) -> Path:
        """Beside the clone for its own data folder; other data folders have theirs beside them."""
        beside = ROOT / "backups" if self.data == ROOT / ".data" else _beside(self.data, "backups")
        return Path(os.environ.get("BACKUP_DIR") or beside).expanduser().absolute()

    @property
    def private_key(self) -> Path:
        """Of backups; never in the data folder. It should soon be moved to another place than this machine."""
        folder = Path(os.environ.get("BACKUP_KEY_DIR") or _beside(self.data, "keys"))
        given = os.environ.get("BACKUP_KEY_FILE")
        return Path(given or folder / "backup-key").expanduser().absolute()

    def make(self) -> None:
        try:
            for folder in (self.data, self.logs, self.redis, self.media):
                folder.mkdir(parents=True, exist_ok=True)
            for private in (self.logs, self.redis, self.media):
                private.chmod(0o700)
        except PermissionError as error:
            raise Stop(
                f"The data folder can't be written ({error.filename}); choose one: DATA_DIR=~/clinic-data make run"
            ) from error


def _beside(data: Path, what: str) -> Path:
    return data.with_name(f"{data.name}-{what}")


def chosen() -> Places:
    return Places(Path(os.environ.get("DATA_DIR") or ROOT / ".data").expanduser().absolute())


def account() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as another user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise Stop("PostgreSQL doesn't run as root and there is no user for it; run: useradd --system postgres")


def as_account(user: str | None) -> dict:
    """The arguments that make subprocess change to `user` with none of root's groups."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def reachable(folder: Path, user: str | None) -> bool:
    """Can `user` enter the nearest existing folder above `folder`?"""
    while not folder.exists():
        folder = folder.parent
    return (
        user is None
        or subprocess.run(["test", "-x", str(folder)], cwd="/", **as_account(user)).returncode == 0
    )


def home(folder: Path, user: str | None) -> Path:
    """A folder that belongs to `user` alone: `folder` itself, or where it is a link to."""
    if not folder.exists():
        if reachable(folder, user):
            folder.mkdir(parents=True)
        else:
            elsewhere = OUTSIDE / f"{folder.name}-{secrets.token_hex(4)}"
            elsewhere.mkdir(parents=True)
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.unlink(missing_ok=True)
            folder.symlink_to(elsewhere)
    folder = folder.resolve()
    if user:
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
    folder.chmod(0o700)
    return folder


def sockets(data: Path, user: str | None) -> Path:
    """The folder of the sockets. Who can enter it is master of the database, so its owner alone may."""
    folder = data / "run"
    if len(str(folder) + LONGEST_SOCKET) > SOCKET_LIMIT or not reachable(folder, user):
        name = hashlib.sha256(str(data).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"clinic-{os.geteuid()}-{name}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = pwd.getpwnam(user).pw_uid if user else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid not in (owner, os.geteuid()):
        raise Stop(f"{folder} belongs to somebody else; remove it: sudo rm -r {folder}")
    if user:
        shutil.chown(folder, user)
    folder.chmod(0o700)
    return folder
