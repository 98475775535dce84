"""Files on their way in."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils import compat

from clinic.models import Branch, Editable
from clinic.privacy import Privacy

if TYPE_CHECKING:
    from staff.models import User


def stored_at(imported: "Import", filename: str) -> str:
    return f"imports/{compat.uuid7()}"


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "ImportQuerySet":
        """Those of the branch worked at."""
        return self.filter(branch=user.branch)


class Import(Editable):
    """One file. What it holds (file, findings, sample) is forgotten when it is done, failed or dropped.

    `findings` are [line, column's title, sentence, left out]; at most `KEPT` of them, `wrong` and `left_out` count all.
    """

    KEPT = 1000

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        WRITING = "writing", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Can't be read")
        DROPPED = "dropped", _("Dropped")

    UNDER_WAY = (State.CHECKING, State.WRITING)

    branch = models.ForeignKey(Branch, models.PROTECT)
    kind = models.CharField(max_length=20)
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to=stored_at, blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CHECKING)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    wrong = models.PositiveIntegerField(_("findings"), default=0)
    left_out = models.PositiveIntegerField(_("left out"), default=0)
    written = models.PositiveIntegerField(_("imported"), default=0)
    head = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    sentence = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()
    privacy = Privacy(path=None, retention="contact", columns=("name", "sample", "findings", "sentence"))

    class Meta:
        verbose_name = _("import")
        ordering = ["-id"]
        indexes = [models.Index(name="import_by_branch", fields=["branch", "state"])]
        constraints = [
            models.CheckConstraint(
                name="import_ends_empty_handed",
                condition=~Q(state__in=["done", "dropped"]) | Q(ended_at__isnull=False, file=""),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def can_start(self) -> bool:
        """Nothing is wrong, and something is left to write."""
        return self.state == self.State.CHECKED and not self.wrong and self.rows > self.left_out

    @property
    def can_be_dropped(self) -> bool:
        return self.state in (self.State.CHECKED, self.State.FAILED)
