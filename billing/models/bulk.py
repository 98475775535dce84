"""Many completed visits billed in one go: a run, and a row of it for each visit with what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from clinic.models import Branch, Row
from clinic.privacy import Privacy

from .invoices import Invoice
from .receipts import OfBranch


class BulkRun(Row):
    """Chosen visits on their way to bills: drafted, and issued where that was asked for.

    How far it is follows from its rows. `taken_at` is when a worker last said that it is at it; one that fell silent is
    followed by another.
    """

    MOST = 300

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Under way")
        DONE = "done", _("Done")

    branch = models.ForeignKey(Branch, models.PROTECT)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    issues = models.BooleanField(_("issue the bills"), default=False)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = OfBranch.as_manager()
    privacy = Privacy(path=None, retention="tax")

    class Meta:
        verbose_name = _("bulk billing")
        ordering = ["-id"]
        indexes = [
            models.Index(name="bulkrun_under_way", fields=["id"], condition=~Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d} {self.get_state_display()}"

    @property
    def is_under_way(self) -> bool:
        return self.state != self.State.DONE


class BulkRow(Row):
    """One visit of a run. What became of it is written in the transaction that drafted or issued its bill, so that a
    worker that dies leaves each visit either waiting or done. `said` is why it was not issued, or not billed at all.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DRAFTED = "drafted", _("Draft")
        ISSUED = "issued", _("Issued")
        REFUSED = "refused", _("Not billed")

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="rows")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="+")
    said = models.CharField(max_length=300, blank=True)

    privacy = Privacy(path="appointment__customer", retention="tax", columns=("said",))

    class Meta:
        verbose_name = _("visit of a bulk billing")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="bulkrow_visit_once_per_run", fields=["run", "appointment"]),
            # Started twice, or by two people: a visit waits in one run alone.
            models.UniqueConstraint(
                name="bulkrow_visit_waits_once", fields=["appointment"], condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="bulkrow_bill_when_there_is_one",
                condition=Q(state__in=["drafted", "issued"], invoice__isnull=False)
                | Q(state__in=["waiting", "refused"], invoice__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.get_state_display()}"
