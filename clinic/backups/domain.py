"""The verbs of backups: ask for one, and what the clock does every ten minutes.

Rows follow the files. Whatever is written about a backup is written under the folder's lock, so that two workers, a
worker and `make backup`, or a click and the clock never make two at once.
"""

import logging
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from clinic import events
from clinic.backups import archive, folder, keys, label, sentences
from clinic.backups.archive import Source
from clinic.backups.flaws import Broken, Flaw, NotMade
from clinic.backups.folder import Busy, Folder
from clinic.backups.label import Label
from clinic.backups.rotation import Rule
from clinic.models import Backup
from clinic.refusals import Refusal

logger = logging.getLogger(__name__)
AFTER_A_SPOILT_ONE = timedelta(hours=1)
READ_AGAIN = timedelta(days=7)  # each backup is read whole so often; its size is looked at every time


@transaction.atomic
def ask(*, by: Any) -> Backup:
    """Have a backup made now. Refuses while one is waiting or being made."""
    if Backup.objects.under_way().exists():
        raise Refusal(_("A backup is being made already."))
    try:
        with transaction.atomic():
            asked = Backup.objects.create(asked_by_id=by.pk)
    except IntegrityError:
        raise Refusal(_("A backup is being made already.")) from None
    events.record("backup.asked", subject=asked, by=by)
    transaction.on_commit(_offer, robust=True)
    return asked


def _offer() -> None:
    from clinic.tasks import keep_backups  # the task module imports this one

    try:
        keep_backups.apply_async(retry=False)
    except Exception:
        logger.warning("The broker can't be reached; the backup waits for the next beat.")


def keep() -> None:
    """Look at the backups that are there, make the one that is asked for or due, let old ones go."""
    place = Folder(Path(settings.BACKUP_DIR))
    try:
        with place.only_one():
            place.clear()
            _follow(place)
            _look(place)
            asked = Backup.objects.filter(state=Backup.State.ASKED).first()
            if asked or is_due(timezone.now()):
                _make(place, asked or Backup.objects.create())
                place.rotate(Rule.of(settings.BACKUP_KEEP), timezone.get_default_timezone())
                _follow(place)
                _look(place)
    except Busy:
        return


def is_due(now: datetime) -> bool:
    """Where one was spoilt as soon as it was made, the next one waits for an hour: more of them would fill the disk."""
    every = timedelta(hours=settings.BACKUP_HOURS)
    newest = Backup.objects.whole().first()
    if not every or (newest and newest.taken_at and newest.taken_at > now - every):
        return False
    spoilt = Backup.objects.there().exclude(flaw__in=["", Flaw.WRONG_KEY])
    return not spoilt.filter(taken_at__gt=now - AFTER_A_SPOILT_ONE).exists()


def _follow(place: Folder) -> None:
    """Bring the rows in step with the files: `make backup` and `rm` work without Django."""
    interrupted = Backup.objects.filter(state=Backup.State.RUNNING)
    interrupted.update(state=Backup.State.FAILED, problem=_("It was interrupted."))
    files = {path.name: path for path in place.backups()}
    known = {row.file: row for row in Backup.objects.exclude(file="")}
    for name, row in known.items():
        there = name in files
        if there != (row.state == Backup.State.MADE):
            row.state = Backup.State.MADE if there else Backup.State.GONE
            row.save(update_fields=["state"])
    for name in sorted(set(files) - set(known)):
        _adopt(files[name])


def _adopt(path: Path) -> None:
    """What is wrong with it is found when it is looked at."""
    try:
        values = _told(label.read(path))
    except Broken:
        written = datetime.fromtimestamp(path.stat().st_mtime, timezone.get_default_timezone())
        values = {"taken_at": written, "size": path.stat().st_size}
    Backup.objects.create(file=path.name, state=Backup.State.MADE, **values)


def _told(label: Label) -> dict[str, Any]:
    return {name: getattr(label, name) for name in ("taken_at", "size", "tables", "rows", "uploads")}


def _make(place: Folder, row: Backup) -> None:
    def told(step: str) -> None:
        Backup.objects.filter(pk=row.pk).update(step=step)

    Backup.objects.filter(pk=row.pk).update(state=Backup.State.RUNNING)
    try:
        path, made = place.write(source(), keys.split(settings.BACKUP_PUBLIC_KEY), told)
    except NotMade as problem:
        _fail(row, str(problem))
    except Exception:
        logger.exception("The backup failed")
        _fail(row, _("Something went wrong; the worker's log says what."))
    else:
        values = _told(made) | {"file": path.name, "checked_at": timezone.now()}
        Backup.objects.filter(pk=row.pk).update(state=Backup.State.MADE, step="", **values)
        events.record("backup.made", subject=row, by=None, size=made.size)


def _fail(row: Backup, sentence: str) -> None:
    """What the clock tries again every ten minutes leaves one row as long as the reason is the same."""
    sentence = sentence[:300]
    before = Backup.objects.filter(state=Backup.State.FAILED, problem=sentence, asked_by_id=None)
    repeated = row.asked_by_id is None and before.update(state=Backup.State.GONE)
    Backup.objects.filter(pk=row.pk).update(state=Backup.State.FAILED, step="", problem=sentence)
    if not repeated:
        events.record("backup.failed", subject=row, by=None)


def source() -> Source:
    sealed = {"SEALING_KEYS": ",".join(settings.SEALING_KEYS), "INDEX_KEY": ",".join(settings.INDEX_KEYS)}
    kind = "demo" if settings.DEMO else "real"
    return Source(_owner(), Path(settings.MEDIA_ROOT), kind, archive.marks_of(sealed))


def _owner() -> str:
    """The owner reads everything, sequences and parts of the audit included."""
    found = connections["owner"].settings_dict
    parts = {
        "host": found["HOST"],
        "port": found["PORT"],
        "user": found["USER"],
        "password": found["PASSWORD"],
    }
    return make_conninfo(dbname=found["NAME"], **{name: str(value) for name, value in parts.items() if value})


def _look(place: Folder) -> None:
    """Every file's size and label each time, every byte once a week; with the private key at hand it is opened too."""
    known, long_ago, opener = migrations(), timezone.now() - READ_AGAIN, _opener()
    for row in Backup.objects.there():
        whole = bool(row.flaw) or row.checked_at is None or row.checked_at < long_ago
        opening = [] if row.opened else opener
        flaw, problem = _wrong(place.path / row.file, known, opening, whole=whole)
        opened = row.opened or bool(opening and not flaw)
        if whole or (flaw, opened) != (row.flaw, row.opened):
            row.flaw, row.problem, row.opened, row.checked_at = flaw, problem, opened, timezone.now()
            row.save(update_fields=["flaw", "problem", "opened", "checked_at"])


def _wrong(path: Path, known: set[str], opener: list[Any], *, whole: bool) -> tuple[str, str]:
    try:
        folder.check(path, public=keys.split(settings.BACKUP_PUBLIC_KEY), known=known, whole=whole)
        if opener:
            archive.read(path, opener)
    except Broken as broken:
        return broken.flaw, sentences.of(broken)[:300]
    except OSError as problem:
        return Flaw.UNREADABLE, str(problem)[:300]
    return "", ""


def _opener() -> list[Any]:
    key = private_key()
    return keys.opener(key, keys.split(settings.BACKUP_PUBLIC_KEY)) if key else []


def private_key() -> Path | None:
    """Where it still lies on this machine."""
    found = settings.BACKUP_KEY_FILE
    return Path(found) if found and os.access(found, os.R_OK) else None


def migrations() -> set[str]:
    """Of the code that runs, as labels name them."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
