"""Brings a database and the static files up to date; one process for it all, because Django takes long to load.

    python -m clinic.stack.prepare FIRST_STEP STEPS

Exit code 0: with demo data; 3: without, as asked or because the database holds a real clinic.
"""

import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands

from clinic.stack.console import Steps, say
from clinic.stack.environment import LOGINS, WITHOUT_DEMO


def main() -> int:
    django.setup()
    steps = Steps(int(sys.argv[2]))
    steps.number = int(sys.argv[1]) - 1
    with steps.step("Tables"):
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    with steps.step("Static files"):
        collect_static()
    with steps.step("Demo data" if settings.DEMO else "No demo data"):
        refusal = load_demo()
    if refusal:
        print(f"  {refusal}")
    if refusal or not settings.DEMO:
        return WITHOUT_DEMO
    return 0


def collect_static() -> None:
    """Only when something changed: compressing everything takes seconds."""
    stamp = Path(settings.STATIC_ROOT) / "collected"
    state = _static_state()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=stamp.parent.exists())
        stamp.write_text(state)


def _static_state() -> str:
    digest = hashlib.sha256((settings.BASE_DIR / "requirements" / "base.txt").read_bytes())
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


if __name__ == "__main__":
    sys.exit(say(main))
