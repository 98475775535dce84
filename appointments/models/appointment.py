"""Appointments with their history, and the holds that keep people, rooms and devices in one place at a time."""

import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, Resource, Row
from clinic.permissions import Permission
from clinic.privacy import Privacy

if TYPE_CHECKING:
    from staff.models import User

_NOT_FROM = {
    "requested": _("This visit is only asked for: give it a time first."),
    "waitlisted": _("This visit waits for a time to become free."),
    "scheduled": _("This visit is only booked: check the person in first."),
    "confirmed": _("This visit is confirmed already; the person has not arrived yet."),
    "arrived": _("The person has arrived already."),
    "in_queue": _("The person is in the queue already."),
    "in_consultation": _("This visit is under way already."),
    "completed": _("This visit has been completed already."),
    "cancelled": _("This visit was cancelled."),
    "no_show": _("This visit was marked as missed."),
}

_DONE = {
    "request": _("Asked for"),
    "waitlist": _("Put on the waitlist"),
    "schedule": _("Given a time"),
    "book": _("Booked"),
    "confirm": _("Confirmed"),
    "check_in": _("Checked in"),
    "undo_check_in": _("Check-in undone"),
    "enter_queue": _("In the queue"),
    "prioritise": _("Put first"),
    "start": _("Started"),
    "complete": _("Completed"),
    "cancel": _("Cancelled"),
    "mark_no_show": _("Did not come"),
    "reinstate": _("Brought back"),
    "reschedule": _("Moved"),
    "decline": _("Offer declined"),
}


class AppointmentQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "AppointmentQuerySet":
        """Those of the branch worked at; whose role counts for their own records alone sees those they give."""
        here = self.filter(branch=user.branch)
        if user.only_own(Permission.APPOINTMENTS_VIEW):
            return here.filter(practitioner__user=user)
        return here

    def for_day(self, day: datetime.date, branch: Branch) -> "AppointmentQuerySet":
        """Those that start on a local day of the branch. Who has no time yet starts on none."""
        begins = datetime.datetime.combine(day, datetime.time.min, branch.zone)
        ends = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min, branch.zone)
        return self.placed().filter(branch=branch, starts_at__gte=begins, starts_at__lt=ends)

    def standing(self) -> "AppointmentQuerySet":
        """With a place in the calendar that is neither cancelled nor missed."""
        return self.placed().exclude(status__in=[Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW])

    def placed(self) -> "AppointmentQuerySet":
        """Those that have, or had, a time of their own: neither requested nor waitlisted."""
        return self.exclude(status__in=Appointment.UNPLACED)


class Appointment(Editable):
    """One visit: a customer, a treatment, a practitioner, a time. The transition table is the only rule of its life."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        WAITLISTED = "waitlisted", _("Waitlisted")
        SCHEDULED = "scheduled", _("Scheduled")
        CONFIRMED = "confirmed", _("Confirmed")
        ARRIVED = "arrived", _("Arrived")
        IN_QUEUE = "in_queue", _("In queue")
        IN_CONSULTATION = "in_consultation", _("In consultation")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")
        NO_SHOW = "no_show", _("No-show")

    class Priority(models.TextChoices):
        NORMAL = "normal", _("Normal")
        PRIORITY = "priority", _("Priority")
        URGENT = "urgent", _("Urgent")
        EMERGENCY = "emergency", _("Emergency")

    class Channel(models.TextChoices):
        DESK = "desk", _("At the desk")
        PHONE = "phone", _("By phone")
        ONLINE = "online", _("Online")

    class FeeKind(models.TextChoices):
        CONSULTATION = "consultation", _("Consultation")
        FOLLOW_UP = "follow_up", _("Follow-up")
        PRIORITY = "priority", _("Priority")
        EMERGENCY = "emergency", _("Emergency")
        FREE_FOLLOW_UP = "free_follow_up", _("Free follow-up")

    #: verb -> (from which states, to which state); drives the guard, the buttons and the diagram in the docs.
    TRANSITIONS: dict[str, tuple[frozenset[str], str]] = {
        "waitlist": (frozenset({"requested"}), "waitlisted"),
        "schedule": (frozenset({"requested", "waitlisted"}), "scheduled"),
        "confirm": (frozenset({"scheduled"}), "confirmed"),
        "check_in": (frozenset({"scheduled", "confirmed"}), "arrived"),
        "undo_check_in": (frozenset({"arrived", "in_queue"}), "scheduled"),
        "enter_queue": (frozenset({"arrived"}), "in_queue"),
        "start": (frozenset({"arrived", "in_queue"}), "in_consultation"),
        "complete": (frozenset({"arrived", "in_queue", "in_consultation"}), "completed"),
        "cancel": (
            frozenset({"requested", "waitlisted", "scheduled", "confirmed", "arrived", "in_queue"}),
            "cancelled",
        ),
        "mark_no_show": (frozenset({"scheduled", "confirmed"}), "no_show"),
        "reinstate": (frozenset({"cancelled", "no_show"}), "scheduled"),
    }
    #: States in which a visit has no place in the calendar.
    UNPLACED = frozenset({"requested", "waitlisted"})
    #: A move keeps the state, so it stands beside the table.
    MOVABLE = frozenset({"scheduled", "confirmed"})
    #: Priority can be changed until the visit begins; like a move, that keeps the state.
    NOT_BEGUN = UNPLACED | {"scheduled", "confirmed", "arrived", "in_queue"}
    #: Nobody arrives for, or is treated in, a visit of a later day.
    ON_THE_DAY = frozenset({"check_in", "enter_queue", "start", "complete"})

    number = models.CharField(_("number"), max_length=20, editable=False)
    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="appointments")
    practitioner = models.ForeignKey("staff.Practitioner", models.PROTECT, verbose_name=_("practitioner"))
    treatment = models.ForeignKey("packages.Treatment", models.PROTECT, verbose_name=_("treatment"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.SCHEDULED)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority, default=Priority.NORMAL)
    priority_reason = models.CharField(_("why first"), max_length=200, blank=True)
    channel = models.CharField(_("booked"), max_length=8, choices=Channel, default=Channel.DESK)
    is_walk_in = models.BooleanField(_("walk-in"), default=False)
    # Where a visit has several treatments, each is an appointment; the later ones point to the first.
    first_part = models.ForeignKey("self", models.PROTECT, null=True, related_name="later_parts")
    part_number = models.PositiveSmallIntegerField(_("part of the visit"), default=1)
    # Appointments booked together as a series ("every 28 days") share a value.
    booked_series = models.UUIDField(null=True, editable=False)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="follow_ups", verbose_name=_("follow-up of")
    )
    sitting = models.ForeignKey("Sitting", models.PROTECT, null=True, related_name="appointments")
    serial = models.PositiveSmallIntegerField(_("serial number"), null=True)
    fee = models.DecimalField(_("fee, ₹"), max_digits=12, decimal_places=2, null=True)
    fee_kind = models.CharField(max_length=16, choices=FeeKind, blank=True)
    chief_complaint = models.CharField(_("chief complaint"), max_length=300, blank=True)
    note = models.CharField(_("note for the visit"), max_length=200, blank=True)
    visit_note = models.TextField(_("what was done"), blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True)
    reschedule_reason = models.CharField(_("reason of the last move"), max_length=200, blank=True)
    reschedule_count = models.PositiveSmallIntegerField(_("times moved"), default=0)
    arrived_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    booked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    objects = AppointmentQuerySet.as_manager()
    privacy = Privacy(
        path="customer",
        retention="clinical",
        columns=(
            "note",
            "visit_note",
            "cancel_reason",
            "reschedule_reason",
            "chief_complaint",
            "priority_reason",
        ),
    )

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
            models.UniqueConstraint(name="appointment_number_once_per_branch", fields=["branch", "number"]),
            models.UniqueConstraint(
                name="appointment_serial_never_again",
                fields=["sitting", "serial"],
                condition=Q(serial__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_serial_in_sitting",
                condition=Q(serial__isnull=True) | Q(sitting__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_parts_in_order",
                condition=Q(first_part__isnull=True, part_number=1)
                | Q(first_part__isnull=False, part_number__gt=1),
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
        beside = {"reschedule": self.MOVABLE, "prioritise": self.NOT_BEGUN}
        allowed = beside[verb] if verb in beside else self.TRANSITIONS[verb][0]
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
        """From arrival until the visit began, or until now while nobody has started."""
        waits = self.status in (self.Status.ARRIVED, self.Status.IN_QUEUE)
        return _minutes(self.arrived_at, self.started_at or (timezone.now() if waits else None))

    @property
    def consulting_minutes(self) -> int | None:
        """From the beginning of the visit until its end, or until now while it lasts."""
        lasts = self.status == self.Status.IN_CONSULTATION
        return _minutes(self.started_at, self.completed_at or (timezone.now() if lasts else None))


def _minutes(since: datetime.datetime | None, until: datetime.datetime | None) -> int | None:
    if since is None or until is None:
        return None
    return max(0, int((until - since).total_seconds() // 60))


class Hold(Row):
    """One resource taken for a part of one appointment, its own buffers included.

    A practitioner who sees people by serial number or in an open queue is held once by the `sitting` for all of them;
    a time offered to somebody on the waitlist is held by the `offer`. An exclusion constraint refuses two unreleased
    holds of one resource that overlap (see migration 0002).
    """

    deletable = False

    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="holds")
    sitting = models.ForeignKey("Sitting", models.PROTECT, null=True, related_name="holds")
    offer = models.ForeignKey("Offer", models.PROTECT, null=True, related_name="holds")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="holds")
    during = DateTimeRangeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hold_has_one_owner",
                condition=Q(appointment__isnull=False, sitting__isnull=True, offer__isnull=True)
                | Q(appointment__isnull=True, sitting__isnull=False, offer__isnull=True)
                | Q(appointment__isnull=True, sitting__isnull=True, offer__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.during}"


class StatusChange(Row):
    """The history of an appointment's status, written by the verb that changed it. A move keeps where the visit was."""

    append_only = True
    privacy = Privacy(path="appointment__customer", retention="clinical", columns=("note",))

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="history")
    verb = models.CharField(max_length=20)
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    was_at = models.DateTimeField(null=True)
    was_until = models.DateTimeField(null=True)
    was_with = models.ForeignKey("staff.Practitioner", models.PROTECT, null=True, related_name="+")
    # The package session that a cancelled or missed visit let go: brought back, it takes the same one again.
    was_session = models.ForeignKey("packages.Session", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.verb}: {self.to_status}"

    @property
    def label(self) -> str:
        return str(_DONE.get(self.verb, self.verb))


class NumberYear(Row):
    """The counter of a branch's appointment numbers in one calendar year; its row is locked while one is taken."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="numberyear_once", fields=["branch", "year"])]

    def __str__(self) -> str:
        return f"{self.year}: {self.last_number}"
