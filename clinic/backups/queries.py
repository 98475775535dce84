"""What the page of backups shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model

from clinic.backups.domain import private_key
from clinic.backups.rotation import Rule
from clinic.models import Backup


@dataclass(frozen=True)
class Overview:
    """`key_here` is the place of the private key, where it still lies on this machine."""

    newest: Backup | None
    under_way: Backup | None
    every: float
    next_at: datetime | None
    rule: Rule
    folder: str
    key_here: str
    without_key: bool


def overview() -> Overview:
    newest = Backup.objects.whole().first()
    key = private_key()
    taken = newest.taken_at if newest else None
    return Overview(
        newest=newest,
        under_way=Backup.objects.under_way().order_by("id").first(),
        every=settings.BACKUP_HOURS,
        next_at=taken + timedelta(hours=settings.BACKUP_HOURS) if taken and settings.BACKUP_HOURS else None,
        rule=Rule.of(settings.BACKUP_KEEP),
        folder=settings.BACKUP_DIR,
        key_here=str(key) if key else "",
        without_key=not settings.BACKUP_PUBLIC_KEY,
    )


def names_of(backups: Iterable[Backup]) -> dict[UUID, str]:
    """Of those who asked for one."""
    people: Any = get_user_model()
    asked = {backup.asked_by_id for backup in backups} - {None}
    return {person.pk: str(person) for person in people.objects.filter(pk__in=asked)} if asked else {}
