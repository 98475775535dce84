"""Brings the database and the static files up to date, in one process because Django takes long to load.

    python -m clinic.stack.prepare STEPS [postgres] [redis]

It starts along with the embedded servers that are named, and waits for them; others must answer at once.
Exit code 0: with demo data; 3: without, as asked or because the database holds a real clinic; 4: it has said why not;
5: without, and nobody has set up the clinic yet.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.db import connections as connections_of_django
from django.db.migrations.executor import MigrationExecutor

from clinic.stack import connections
from clinic.stack.console import Steps, Stop, say
from clinic.stack.environment import EMPTY, LOGINS, SAID, WITHOUT_DEMO, kind
from clinic.stack.places import Places


def main() -> int:
    steps = Steps(int(sys.argv[1]))
    embedded = sys.argv[2:]
    with steps.step("PostgreSQL"):
        reach_database("postgres" in embedded)
    with steps.step("Redis"):
        reach_redis("redis" in embedded)
    with steps.step("Tables"):
        django.setup()
        refuse_older_clinic()
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    with steps.step("Static files"):
        collect_static()
    with steps.step("Demo data" if settings.DEMO else "No demo data"):
        refusal = load_demo()
    if refusal:
        print(f"  {refusal}", flush=True)
    if settings.DEMO and not refusal:
        return 0
    return WITHOUT_DEMO if set_up() else EMPTY


def reach_database(embedded: bool) -> None:
    owner = os.environ["DATABASE_OWNER_URL"]
    if embedded:
        maintenance = owner.rpartition("/")[0] + "/postgres"
        connections.wait_for_postgres(maintenance)
        connections.create(maintenance)
    else:
        connections.refuse_unreachable_database(os.environ["DATABASE_URL"])


def reach_redis(embedded: bool) -> None:
    reach = connections.wait_for_redis if embedded else connections.refuse_unreachable_redis
    reach(os.environ["REDIS_URL"])


def refuse_older_clinic() -> None:
    """What people work with is migrated on a copy first; a demo, and a new database, at once."""
    executor = MigrationExecutor(connections_of_django["owner"])
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending and executor.loader.applied_migrations and kind(Places(Path(settings.DATA_DIR))) == "real":
        raise Stop(
            f"This copy is newer than the clinic's data ({pending[0][0]}); bring it up to date: make upgrade"
        )


def collect_static() -> None:
    """Only when something changed: compressing everything takes seconds."""
    stamp = Path(settings.STATIC_ROOT) / "collected"
    state = _static_state()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=stamp.parent.exists())
        stamp.write_text(state)


def _static_state() -> str:
    digest = hashlib.sha256((settings.BASE_DIR / "requirements" / "base.txt").read_bytes())
    digest.update((settings.BASE_DIR / "clinic" / "static_files.py").read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for file in sorted(Path(folder).rglob("*")):
            if file.is_file():
                digest.update(f"{file}:{file.stat().st_mtime_ns}:{file.stat().st_size}".encode())
    return digest.hexdigest()


def load_demo() -> str:
    """The refusal, where the database holds more than a demo. The logins go to a file for the supervisor."""
    if not settings.DEMO or "demo" not in get_commands():
        return ""
    logins = Path(settings.DATA_DIR) / LOGINS
    try:
        call_command("demo", verbosity=0)
        with logins.open("w") as file:
            call_command("demo", "--logins", stdout=file)
    except CommandError as refusal:
        return str(refusal)
    return ""


def set_up() -> bool:
    from clinic.models import Organisation

    return Organisation.objects.exists()


if __name__ == "__main__":
    sys.exit(say(main, to=sys.stdout, code=SAID))
