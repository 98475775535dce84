"""Tries an upgrade out on a copy of the database: proofs, migrations, proofs. One process, because Django loads long.

    python -m clinic.stack.rehearse STEPS DONE          on a copy
    python -m clinic.stack.rehearse STEPS DONE last     the proofs alone, once the copy has become the database

Exit code 0 when all is well, 4 when it has said what isn't.
"""

import io
import os
import re
import sys

import django
from django.core.management import call_command
from django.db import ProgrammingError

from clinic.stack.console import Steps, Stop, say
from clinic.stack.environment import SAID

SHOWN = 3  # sentences of one proof


def main() -> int:
    steps = Steps(int(sys.argv[1]), int(sys.argv[2]))
    django.setup()
    if "last" in sys.argv:
        with steps.step("Proofs of the new database"):
            refuse(failing())
        return 0
    with steps.step("Proofs of the copy as it is"):
        before = failing(early=True)
        refuse(before, " before the upgrade already")
    with steps.step("Migrations of the copy"):
        times = migrate()
    with steps.step("Proofs of the copy after them"):
        refuse(failing(), " after the migrations")
    if times:
        name, longest = max(times.items(), key=lambda each: each[1])
        print(f"      {len(times)} migrations, the longest {longest:.1f} s ({name})", flush=True)
    return 0


def failing(*, early: bool = False) -> dict[str, list[str]]:
    """Proofs that don't hold. `early`: what needs columns of the migrations to come can't be asked yet."""
    from clinic import registries

    found = {}
    for name, check in sorted(registries.proofs().items()):
        try:
            wrong = list(check())
        except ProgrammingError:
            if not early:
                raise
            continue
        if wrong:
            found[name] = wrong
    return found


def refuse(found: dict[str, list[str]], when: str = "") -> None:
    accepted = [name.strip() for name in os.environ.get("ACCEPT", "").split(",")]
    found = {name: wrong for name, wrong in found.items() if name not in accepted}
    if not found:
        return
    lines = [f"      {name}: {sentence}" for name, wrong in found.items() for sentence in wrong[:SHOWN]]
    names = ",".join(found)
    raise Stop(
        "\n".join(lines)
        + f"\n      Not as it must be{when}; whoever knows why may go on: make upgrade ACCEPT='{names}'"
    )


def migrate() -> dict[str, float]:
    """Seconds by migration. Each is one transaction, so that is the longest it can hold a lock."""
    said = io.StringIO()
    try:
        call_command("migrate", database="owner", verbosity=2, interactive=False, stdout=said)
    except Exception as problem:
        begun = re.findall(r"Applying (\S+?)\.\.\.", said.getvalue())
        reason = str(problem).strip().splitlines() or [type(problem).__name__]
        raise Stop(f"      {begun[-1] if begun else 'migrate'}: {reason[0]}") from None
    return {
        name: float(seconds)
        for name, seconds in re.findall(r"Applying (\S+?)\.\.\..*?\(([\d.]+)s\)", said.getvalue())
    }


if __name__ == "__main__":
    sys.exit(say(main, to=sys.stdout, code=SAID))
