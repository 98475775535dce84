"""Many bills in one file, drawn by the worker."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils import compat

from clinic.models import Branch, Row
from clinic.privacy import Privacy

from .papers import Paper
from .receipts import OfBranch


def stored_at(run: "PrintRun", filename: str) -> str:
    return f"print-runs/{compat.uuid7()}.pdf"


class PrintRun(Row):
    """Chosen bills on their way into one PDF. `done` of `total` are drawn; the file is forgotten after a day.

    `taken_at` is when a worker last said that it is at it; one that fell silent is followed by another.
    """

    MOST = 300

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DRAWING = "drawing", _("Being drawn")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")

    UNDER_WAY = (State.WAITING, State.DRAWING)

    branch = models.ForeignKey(Branch, models.PROTECT)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    invoices = models.JSONField(default=list)  # their ids, in the order of the file
    format = models.CharField(_("format"), max_length=4, choices=Paper.Format, default=Paper.Format.A4)
    language = models.CharField(_("language"), max_length=5, default="en")
    copy = models.CharField(_("copy"), max_length=10, choices=Paper.Copy, default=Paper.Copy.ORIGINAL)
    total = models.PositiveSmallIntegerField(_("bills"))
    done = models.PositiveSmallIntegerField(_("drawn"), default=0)
    file = models.FileField(upload_to=stored_at, blank=True)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = OfBranch.as_manager()
    privacy = Privacy(path=None, retention="tax")

    class Meta:
        verbose_name = _("print run")
        ordering = ["-id"]
        indexes = [
            models.Index(
                name="printrun_under_way", fields=["id"], condition=Q(state__in=["waiting", "drawing"])
            )
        ]
        constraints = [
            models.CheckConstraint(name="printrun_within_its_total", condition=Q(done__lte=models.F("total"))),
            models.CheckConstraint(
                name="printrun_file_when_done", condition=Q(state="done") & ~Q(file="") | ~Q(state="done") & Q(file="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.total} {self.format}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY
