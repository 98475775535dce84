"""`manage.py check_backups`: would the backups bring the clinic back? For a person, and for a machine that watches."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.backups import alarms, archive, folder, keys, sentences
from clinic.backups.domain import migrations
from clinic.backups.flaws import Broken
from clinic.backups.folder import Folder


class Command(BaseCommand):
    help = (
        "Reads every backup in the folder and says which wouldn't bring the clinic back, and whether the newest is too"
        " old. Exit code 1 if anything is wrong. Needs no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--key", type=Path, help="the private key: the newest backup is opened whole")
        parser.add_argument("--quick", action="store_true", help="look at sizes and labels only")

    def handle(self, *args: Any, **options: Any) -> None:
        found = {path: self._checked(path, options) for path in Folder(Path(settings.BACKUP_DIR)).backups()}
        whole = {path: told for path, told in found.items() if told}
        wrong = len(found) - len(whole)
        newest = max(whole, key=lambda path: whole[path].taken_at, default=None)
        if newest and options["key"]:
            wrong += not self._opens(newest, options["key"])
        if newest is None or (old := alarms.stale(timezone.now(), whole[newest].taken_at)):
            self.stderr.write(_("There is no good backup.") if newest is None else old)
            wrong += 1
        if wrong:
            raise SystemExit(1)

    def _checked(self, path: Path, options: dict[str, Any]) -> folder.Label | None:
        try:
            told = folder.check(
                path,
                public=keys.split(settings.BACKUP_PUBLIC_KEY),
                known=migrations(),
                whole=not options["quick"],
            )
        except (Broken, OSError) as problem:
            self.stderr.write(sentences.of(problem) if isinstance(problem, Broken) else str(problem))
            return None
        self.stdout.write(f"{_('ok'):<8}{path.name}  {told.size / 1e6:.1f} MB")
        return told

    def _opens(self, path: Path, key: Path) -> bool:
        try:
            manifest = archive.read(path, keys.identities(key))
        except (Broken, ValueError) as problem:
            self.stderr.write(sentences.of(problem) if isinstance(problem, Broken) else str(problem))
            return False
        words = {"name": path.name, "tables": len(manifest.contents.tables), "rows": manifest.contents.rows}
        self.stdout.write(_("%(name)s opens: %(tables)s tables, %(rows)s rows.") % words)
        return True
