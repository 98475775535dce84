"""What was found and done in a visit, and what is to come of it."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, Row
from clinic.permissions import Permission
from clinic.privacy import Privacy
from packages.models import Parameter

from .appointment import Appointment

if TYPE_CHECKING:
    from staff.models import User


class ConsultationNote(Editable):
    """What the practitioner found. `private` is read by its author alone."""

    privacy = Privacy(
        path="appointment__customer", retention="clinical",
        columns=("complaint", "finding", "diagnosis", "plan", "private"),
    )  # fmt: skip

    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="consultation")
    complaint = models.TextField(_("complaint"), blank=True)
    finding = models.TextField(_("finding"), blank=True)
    diagnosis = models.TextField(_("diagnosis"), blank=True)
    plan = models.TextField(_("plan"), blank=True)
    private = models.TextField(_("private, for yourself"), blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("consultation note")

    def __str__(self) -> str:
        return str(self.appointment_id)


class ParameterValue(Row):
    """One session parameter as it was set: the device, the setting, the passes, the area. Name and unit as of then."""

    privacy = Privacy(path="appointment__customer", retention="clinical", columns=("value",))

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="parameters")
    parameter = models.ForeignKey(Parameter, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=20, blank=True)
    value = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="parametervalue_once", fields=["appointment", "parameter"])
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value} {self.unit}".strip()


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "FollowUpQuerySet":
        here = self.filter(branch=user.branch)
        if user.only_own(Permission.APPOINTMENTS_VIEW):
            return here.filter(appointment__practitioner__user=user)
        return here

    def open(self) -> "FollowUpQuerySet":
        """Asked for and neither booked nor dropped."""
        return self.filter(booked__isnull=True, dropped_at__isnull=True)


class FollowUp(Editable):
    """ "Come back in four weeks": that somebody is to be seen again around a day, and the visit that came of it."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="follow_up")
    due_on = models.DateField(_("come back on"))
    reason = models.CharField(_("what for"), max_length=200, blank=True)
    booked = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    drop_reason = models.CharField(_("why not"), max_length=200, blank=True)

    objects = FollowUpQuerySet.as_manager()
    privacy = Privacy(path="appointment__customer", retention="clinical", columns=("reason", "drop_reason"))

    class Meta:
        verbose_name = _("follow-up")
        ordering = ["due_on"]
        indexes = [models.Index(name="followup_by_branch", fields=["branch", "due_on"])]
        constraints = [
            models.CheckConstraint(
                name="followup_dropped_pair",
                condition=Q(dropped_at__isnull=True, dropped_by__isnull=True)
                | Q(dropped_at__isnull=False, dropped_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.due_on}"


class FreeFollowUp(Editable):
    """The right to one free follow-up after a consultation, until and including `valid_until`.

    `used_by` is the visit that consumed it, written under the customer's lock; a cancelled visit gives it back.
    """

    first_visit = models.ForeignKey(Appointment, models.PROTECT, related_name="free_follow_ups")
    number = models.PositiveSmallIntegerField(default=1)
    valid_until = models.DateField()
    used_by = models.OneToOneField(Appointment, models.PROTECT, null=True, related_name="free_follow_up_used")

    class Meta:
        verbose_name = _("free follow-up")
        constraints = [models.UniqueConstraint(name="freefollowup_once", fields=["first_visit", "number"])]

    def __str__(self) -> str:
        return f"{self.valid_until}"
