"""Sittings with their serial numbers, and the queue in front of a practitioner's door."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clinic.models import Branch, Editable, Row
from clinic.permissions import Permission
from staff.models import Practitioner, Shift

from .appointment import Appointment

if TYPE_CHECKING:
    from staff.models import User


class Sitting(Row):
    """One shift of one practitioner on one day that is given out by serial numbers or as an open queue.

    `last_serial` only rises, under the lock of this row: a number is never given twice, cancelled or not. Where the
    shift's hours are changed after the first booking, the sitting goes along with the next one.
    """

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="sittings")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=6, choices=Shift.Mode)
    last_serial = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("sitting")
        constraints = [
            models.UniqueConstraint(name="sitting_once", fields=["practitioner", "starts_at"]),
            models.CheckConstraint(name="sitting_in_order", condition=Q(ends_at__gt=models.F("starts_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.day}"


class QueueDay(Row):
    """The queue of one practitioner on one local day, with its counters; changed in the branch's line (`domain.queue`)."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="queue_days")
    day = models.DateField()
    last_token = models.PositiveSmallIntegerField(default=0)
    last_priority = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("queue of a day")
        constraints = [models.UniqueConstraint(name="queueday_once", fields=["practitioner", "day"])]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.day}"


class QueueEntryQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "QueueEntryQuerySet":
        here = self.filter(queue__branch=user.branch)
        if user.only_own(Permission.APPOINTMENTS_VIEW):
            return here.filter(queue__practitioner__user=user)
        return here


class QueueEntry(Editable):
    """One person in a practitioner's queue, with the token on the slip and on the waiting room's screen.

    `token` is the visit's serial number where it has one, "P3" for priority and emergencies, "A5" for everybody else.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CALLED = "called", _("Called")
        IN_CONSULTATION = "in_consultation", _("In consultation")
        COMPLETED = "completed", _("Completed")
        SKIPPED = "skipped", _("Skipped")
        LEFT = "left", pgettext_lazy("queue", "Left")

    queue = models.ForeignKey(QueueDay, models.PROTECT, related_name="entries")
    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="queue_entry")
    token = models.CharField(_("token"), max_length=8)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.WAITING)
    joined_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    call_count = models.PositiveSmallIntegerField(default=0)

    objects = QueueEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in the queue")
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(name="queueentry_token_once", fields=["queue", "token"]),
            models.CheckConstraint(
                name="queueentry_called_pair",
                condition=Q(call_count=0, called_at__isnull=True)
                | Q(call_count__gt=0, called_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.token
