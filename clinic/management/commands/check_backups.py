"""`manage.py check_backups`: would the backups bring the clinic back? For a person, and for a machine that watches."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.backups import alarms, archive, folder, keys, sentences
from clinic.backups.domain import migrations
from clinic.backups.flaws import Broken, Flaw
from clinic.backups.folder import Folder
from clinic.backups.label import Label


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
        found = {
            path: _looked_at(path, whole=not options["quick"])
            for path in Folder(Path(settings.BACKUP_DIR)).backups()
        }
        good = {path: told for path, told in found.items() if isinstance(told, Label)}
        newest = max(good, key=lambda path: good[path].taken_at, default=None)
        sound = [self._say(path, told, newest) for path, told in found.items()]
        if newest and options["key"]:
            sound.append(self._opens(newest, options["key"]))
        old = alarms.stale(timezone.now(), good[newest].taken_at) if newest else _("There is no good backup.")
        if old:
            self.stderr.write(old)
        if old or not all(sound):
            raise SystemExit(1)

    def _say(self, path: Path, told: Label | Exception, newest: Path | None) -> bool:
        """Another key's backups from before the newest are a former key's: said, but nothing is wrong with that."""
        if isinstance(told, Label):
            self.stdout.write(f"{_('ok'):<8}{path.name}  {told.size / 1e6:.1f} MB")
            return True
        self.stderr.write(sentences.of(told) if isinstance(told, Broken) else str(told))
        former = isinstance(told, Broken) and told.flaw == Flaw.WRONG_KEY
        return bool(former and newest and path.name < newest.name)

    def _opens(self, path: Path, key: Path) -> bool:
        try:
            manifest = archive.read(path, keys.identities(key))
        except (Broken, ValueError) as problem:
            self.stderr.write(sentences.of(problem) if isinstance(problem, Broken) else str(problem))
            return False
        words = {"name": path.name, "tables": len(manifest.contents.tables), "rows": manifest.contents.rows}
        self.stdout.write(_("%(name)s opens: %(tables)s tables, %(rows)s rows.") % words)
        return True


def _looked_at(path: Path, *, whole: bool) -> Label | Exception:
    try:
        return folder.check(
            path, public=keys.split(settings.BACKUP_PUBLIC_KEY), known=migrations(), whole=whole
        )
    except (Broken, OSError) as problem:
        return problem
