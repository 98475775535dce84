"""What the children are told: addresses, keys, mode."""

import contextlib
import os
import secrets
import subprocess
from pathlib import Path

from clinic.stack import places, postgres, redis_server
from clinic.stack.addresses import Address
from clinic.stack.places import Places

WITHOUT_DEMO, SAID, EMPTY = 3, 4, 5  # exit codes of clinic.stack.prepare
LOGINS = "demo-logins"  # file in the data folder
#: Variables and their files in the data folder, each made with the first start.
KEYS = {"SECRET_KEY": "secret-key", "SEALING_KEYS": "sealing-keys", "INDEX_KEY": "index-key"}
PUBLIC_KEY = "backup-public-key"
CODE = "code"  # the commit that last ran here


def children(where: Places, socket: Path) -> dict[str, str]:
    """The environment of every Django process. What the person gave stays as it is."""
    env = {**os.environ, "DATA_DIR": str(where.data), "MEDIA_ROOT": str(where.media)}
    env["DJANGO_SETTINGS_MODULE"] = os.environ.get("DJANGO_SETTINGS_MODULE") or "clinic.settings"
    for name, file in KEYS.items():
        env[name] = os.environ.get(name) or secret_key(where.data / file)
    env["BACKUP_DIR"], env["BACKUP_KEY_FILE"] = str(where.backups), str(where.private_key)
    env["BACKUP_PUBLIC_KEY"] = public_key(where)
    if not os.environ.get("DATABASE_URL"):
        env["DATABASE_URL"] = postgres.url(socket, postgres.APPLICATION)
        env["DATABASE_OWNER_URL"] = postgres.url(socket, postgres.OWNER)
    elif not os.environ.get("DATABASE_OWNER_URL"):
        env["DATABASE_OWNER_URL"] = env["DATABASE_URL"]
    env["REDIS_URL"] = os.environ.get("REDIS_URL") or redis_server.url(socket)
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(places.ROOT), os.environ.get("PYTHONPATH")]))
    return env


def web(address: Address) -> dict[str, str]:
    """Two clinics side by side on one machine differ by port only, and cookies don't know ports."""
    return {
        "ALLOWED_HOSTS": ",".join(address.names()),
        "SESSION_COOKIE_NAME": f"clinic-session-{address.port}",
        "CSRF_COOKIE_NAME": f"clinic-csrf-{address.port}",
        "PUBLIC_URL": os.environ.get("PUBLIC_URL") or address.links()[-1],
    }


def public_key(where: Places) -> str:
    """What backups are sealed for: the given keys, or those of a pair that is made once."""
    given = os.environ.get("BACKUP_PUBLIC_KEY", "")
    file = where.data / PUBLIC_KEY
    if given or file.exists():
        return given or file.read_text().strip()
    from clinic.backups import keys  # not held by the supervisor, which needs it once

    if not where.private_key.exists():  # else it outlived its data folder, and goes on
        keys.write_private(keys.make_pair(), where.private_key)
    public = keys.public_of(where.private_key)
    file.write_text(f"{public}\n")
    return public


def marks(where: Places) -> dict[str, str]:
    """Fingerprints of the keys without which parts of a restored database stay closed; of those that are here."""
    from clinic.backups.archive import marks_of

    return marks_of({name: _held(where, name) for name in ("SEALING_KEYS", "INDEX_KEY")})


def _held(where: Places, name: str) -> str:
    file = where.data / KEYS[name]
    return os.environ.get(name) or (file.read_text() if file.exists() else "")


def secret_key(path: Path) -> str:
    """Made once, readable by its owner alone."""
    if not path.exists():
        descriptor = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        path.with_suffix(".new").rename(path)
    return path.read_text()


def demo_wanted(where: Places) -> bool:
    """DEMO decides; left out, the clinic stays what its first start made it. A new one has demo data."""
    given = os.environ.get("DEMO")
    return given.lower() not in ("0", "no", "off", "false") if given else kind(where) != "real"


def kind(where: Places) -> str:
    """ "demo" or "real" as the first start made it, empty before."""
    file = where.data / "kind"
    return file.read_text() if file.exists() else ""


def remember_demo(where: Places, demo: bool) -> None:
    if demo or not kind(where):
        (where.data / "kind").write_text("demo" if demo else "real")


def code_here() -> str:
    """The commit, where the clone knows one."""
    with contextlib.suppress(OSError):
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=places.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()
    return ""


def remember_code(where: Places) -> None:
    """With what code the clinic last ran or was upgraded: where an upgrade that fails leads back to."""
    here = code_here()
    if here:
        (where.data / CODE).write_text(f"{here}\n")


def code_before(where: Places) -> str:
    file = where.data / CODE
    return file.read_text().strip() if file.exists() else ""
