"""`make audit` asks about whatever a clinic runs, and never calls it clean because nobody answered."""

import re
import subprocess

from clinic.stack import places

REQUIREMENTS = places.ROOT / "requirements"


def audit() -> str:
    asked = ["make", "--dry-run", "--no-print-directory", "audit"]
    return subprocess.run(asked, cwd=places.ROOT, capture_output=True, text=True, check=True).stdout


def test_every_part_that_runs_is_asked_about():
    """What the Dockerfile installs; `--strict` fails for a part that the list couldn't be asked about."""
    installed = set(re.findall(r"requirements/\w+\.txt", (places.ROOT / "Dockerfile").read_text()))
    assert set(re.findall(r"--requirement (\S+)", audit())) == installed
    assert "pip-audit --strict --require-hashes" in audit()


def test_without_a_list_it_says_that_nothing_is_known():
    assert "nothing is known of any part" in audit() and "exit 1" in audit()


def test_its_own_tool_is_pinned_and_in_no_clinic():
    assert "pip-audit==" in (REQUIREMENTS / "audit.txt").read_text()
    assert not [
        name for name in ("base", "dev", "uv") if "pip-audit" in (REQUIREMENTS / f"{name}.txt").read_text()
    ]
