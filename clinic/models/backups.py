"""What is known of each backup. The files are the truth: rows follow them, and tell of those that are gone."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.backups.flaws import Flaw
from clinic.permissions import Permission

from .base import Row


class BackupQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Backups are of the whole installation: whoever configures it sees all of them, nobody else any."""
        return self if user.may(Permission.SETTINGS_CONFIGURE) else self.none()

    def there(self) -> Self:
        return self.filter(state=Backup.State.MADE)

    def whole(self) -> Self:
        """Those that would bring the clinic back, the newest first."""
        return self.there().filter(flaw="").order_by("-taken_at")

    def listed(self) -> Self:
        """Without those that were let go, the latest first."""
        return self.exclude(state=Backup.State.GONE).order_by(Coalesce("taken_at", "created_at").desc())

    def under_way(self) -> Self:
        return self.filter(state__in=[Backup.State.ASKED, Backup.State.RUNNING])


class Backup(Row):
    """One backup: asked for or due, being made, there, failed, or let go. `asked_by_id` is None for the clock's."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for its turn")
        RUNNING = "running", _("Being made")
        MADE = "made", _("There")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("Let go")

    class Step(models.TextChoices):
        COUNTING = "counting", _("Counting and hashing every table")
        DATABASE = "database", _("Sealing the database")
        UPLOADS = "uploads", _("Sealing the uploads")
        READING = "reading again", _("Reading it again from the disk")

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    step = models.CharField(max_length=15, choices=Step, blank=True)
    asked_by_id = models.UUIDField(null=True)
    file = models.CharField(_("file"), max_length=100, blank=True)
    taken_at = models.DateTimeField(_("taken"), null=True)
    size = models.BigIntegerField(_("size"), default=0)
    tables = models.PositiveIntegerField(_("tables"), default=0)
    rows = models.BigIntegerField(_("rows"), default=0)
    uploads = models.PositiveIntegerField(_("uploads"), default=0)
    checked_at = models.DateTimeField(_("read whole"), null=True)
    opened = models.BooleanField(default=False)
    flaw = models.CharField(max_length=15, choices=[(flaw.value, flaw.value) for flaw in Flaw], blank=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    objects = BackupQuerySet.as_manager()

    class Meta:
        verbose_name = _("backup")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="backup_once", fields=["file"], condition=~models.Q(file="")),
            models.UniqueConstraint(
                name="backup_one_asked", fields=["state"], condition=models.Q(state="asked")
            ),
            models.CheckConstraint(
                name="backup_made_is_known",
                condition=~models.Q(state="made") | (models.Q(taken_at__isnull=False) & ~models.Q(file="")),
            ),
        ]

    def __str__(self) -> str:
        return self.file or self.get_state_display()

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.ASKED, self.State.RUNNING)

    @property
    def percent(self) -> int:
        """How far the one being made has got: the steps it has behind it."""
        return self.Step.values.index(self.step) * 100 // len(self.Step.values) if self.step else 0

    @property
    def waits_long(self) -> bool:
        """Nobody has taken it up: the worker of backups is probably down."""
        return self.state == self.State.ASKED and self.created_at < timezone.now() - timedelta(minutes=12)
