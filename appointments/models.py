"""Appointments with their history, and the holds that keep people, rooms and devices in one place at a time."""

import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, Resource, Row
from clinic.privacy import Privacy

if TYPE_CHECKING:
    from staff.models import User

_NOT_FROM = {
    "scheduled": _("This visit is only booked: check the person in first."),
    "confirmed": _("This visit is confirmed already; the person has not arrived yet."),
    "arrived": _("The person has arrived already."),
    "in_progress": _("This visit is under way already."),
    "completed": _("This visit has been completed already."),
    "cancelled": _("This visit was cancelled."),
    "no_show": _("This visit was marked as missed."),
}

_DONE = {
    "book": _("Booked"),
    "confirm": _("Confirmed"),
    "check_in": _("Checked in"),
    "start": _("Started"),
    "complete": _("Completed"),
    "cancel": _("Cancelled"),
    "mark_no_show": _("Did not come"),
    "reschedule": _("Moved"),
}


class AppointmentQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "AppointmentQuerySet":
        return self.filter(branch=user.branch)

    def for_day(self, day: datetime.date, branch: Branch) -> "AppointmentQuerySet":
        """Those that start on a local day of the branch."""
        begins = datetime.datetime.combine(day, datetime.time.min, branch.zone)
        ends = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min, branch.zone)
        return self.filter(branch=branch, starts_at__gte=begins, starts_at__lt=ends)

    def standing(self) -> "AppointmentQuerySet":
        """Neither cancelled nor missed."""
        return self.exclude(status__in=[Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW])


class Appointment(Editable):
    """One visit: a customer, a treatment, a practitioner, a time. The transition table is the only rule of its life."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        CONFIRMED = "confirmed", _("Confirmed")
        ARRIVED = "arrived", _("Arrived")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")
        NO_SHOW = "no_show", _("No-show")

    #: verb -> (from which states, to which state); drives the guard, the buttons and the diagram in the docs.
    TRANSITIONS: dict[str, tuple[frozenset[str], str]] = {
        "confirm": (frozenset({"scheduled"}), "confirmed"),
        "check_in": (frozenset({"scheduled", "confirmed"}), "arrived"),
        "start": (frozenset({"arrived"}), "in_progress"),
        "complete": (frozenset({"arrived", "in_progress"}), "completed"),
        "cancel": (frozenset({"scheduled", "confirmed", "arrived"}), "cancelled"),
        "mark_no_show": (frozenset({"scheduled", "confirmed"}), "no_show"),
    }
    #: A move keeps the state, so it stands beside the table.
    MOVABLE = frozenset({"scheduled", "confirmed"})
    #: Nobody arrives for, or is treated in, a visit of a later day.
    ON_THE_DAY = frozenset({"check_in", "start", "complete"})

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="appointments")
    practitioner = models.ForeignKey("staff.Practitioner", models.PROTECT, verbose_name=_("practitioner"))
    treatment = models.ForeignKey("packages.Treatment", models.PROTECT, verbose_name=_("treatment"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.SCHEDULED)
    is_walk_in = models.BooleanField(_("walk-in"), default=False)
    note = models.CharField(_("note for the visit"), max_length=200, blank=True)
    visit_note = models.TextField(_("what was done"), blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True)
    arrived_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    booked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    objects = AppointmentQuerySet.as_manager()
    privacy = Privacy(path="customer", retention="clinical", columns=("note", "visit_note", "cancel_reason"))

    class Meta:
        verbose_name = _("appointment")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(name="appointment_by_day", fields=["branch", "starts_at"]),
            models.Index(name="appointment_by_status", fields=["branch", "status", "starts_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_start", condition=Q(ends_at__gt=models.F("starts_at"))
            ),
            models.CheckConstraint(
                name="appointment_completed_at_when_completed",
                condition=Q(status="completed", completed_at__isnull=False)
                | (~Q(status="completed") & Q(completed_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treatment} {self.starts_at:%Y-%m-%d %H:%M}"

    def can(self, verb: str) -> bool:
        """Whether state and day allow `verb`; who may is a matter of permission. The buttons ask this."""
        return self.why_not(verb) is None

    def why_not(self, verb: str) -> str | None:
        """What the verbs of `domain` say when they decline: a sentence, or None when `verb` is possible now."""
        allowed = self.MOVABLE if verb == "reschedule" else self.TRANSITIONS[verb][0]
        if self.status not in allowed:
            return str(_NOT_FROM[self.status])
        if verb in self.ON_THE_DAY and timezone.now() < self.starts_at and not self._is_today():
            return str(_("This visit is on a later day. Move it to today first."))
        if verb == "mark_no_show" and timezone.now() < self.starts_at:
            return str(_("This visit has not begun yet, so nobody has missed it."))
        return None

    def _is_today(self) -> bool:
        zone = self.branch.zone
        return timezone.localdate(timezone=zone) == timezone.localdate(self.starts_at, timezone=zone)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def waiting_minutes(self) -> int | None:
        """Since arrival, while nobody has started."""
        if self.status != self.Status.ARRIVED or self.arrived_at is None:
            return None
        return int((timezone.now() - self.arrived_at).total_seconds() // 60)


class Hold(Row):
    """One resource taken for a part of one appointment, its own buffers included.

    An exclusion constraint refuses two unreleased holds of one resource that overlap (see migration 0002).
    """

    deletable = False

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="holds")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="holds")
    during = DateTimeRangeField()
    released_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.resource_id} {self.during}"


class StatusChange(Row):
    """The history of an appointment's status, written by the verb that changed it."""

    append_only = True
    privacy = Privacy(path="appointment__customer", retention="clinical", columns=("note",))

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="history")
    verb = models.CharField(max_length=20)
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.verb}: {self.to_status}"

    @property
    def label(self) -> str:
        return str(_DONE.get(self.verb, self.verb))
