"""What is worth an alarm about backups: none in time, one that wouldn't bring the clinic back, one that failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from clinic.backups.flaws import Flaw
from clinic.models import Backup, Organisation

GRACE = timedelta(hours=1)
WAKING = timedelta(minutes=30)  # after a night that the machine was off, the first backup takes a moment


@dataclass(frozen=True)
class Alarm:
    """`key` stays the same as long as it is about the same thing."""

    key: str
    sentence: str


def current(*, awake: timedelta = WAKING) -> list[Alarm]:
    """From the rows, so that it is noticed too when nothing makes or checks backups any more."""
    now, newest = timezone.now(), Backup.objects.whole().first()
    return [
        *(_stale(now, newest.taken_at if newest else None) if awake >= WAKING else []),
        *_broken(newest),
        *_failed(newest),
    ]


def _stale(now: datetime, newest: datetime | None) -> list[Alarm]:
    if newest is None:
        first = Organisation.objects.order_by("created_at").values_list("created_at", flat=True).first()
        found = stale(now, first) if first else ""
        return [Alarm("stale", _("There is no backup that would bring the clinic back."))] if found else []
    found = stale(now, newest)
    return [Alarm("stale", found)] if found else []


def stale(now: datetime, newest: datetime) -> str:
    """The sentence, or nothing."""
    every = timedelta(hours=settings.BACKUP_HOURS)
    if not every or newest > now - every - GRACE:
        return ""
    return _("The newest good backup is %(age)s old.") % {"age": timesince(newest, now)}


def _broken(newest: Backup | None) -> list[Alarm]:
    """After a change of keys the older ones are another key's; that isn't wrong once a newer one is there."""
    found = Backup.objects.there().exclude(flaw="").order_by("-taken_at")
    if newest:
        found = found.exclude(flaw=Flaw.WRONG_KEY, taken_at__lt=newest.taken_at)
    return [Alarm(row.file, row.problem) for row in found]


def _failed(newest: Backup | None) -> list[Alarm]:
    found = Backup.objects.filter(state=Backup.State.FAILED)
    if newest:
        found = found.filter(created_at__gt=newest.created_at)
    last = found.order_by("-id").first()
    words = {"reason": last.problem} if last else {}
    return [Alarm("failed", _("The last backup failed. %(reason)s") % words)] if last else []
