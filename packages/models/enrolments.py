"""Packages in customers' hands, and their counted sessions."""

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable
from clinic.privacy import Privacy

from .plans import Plan

if TYPE_CHECKING:
    from staff.models import User

NEARLY_DONE = Q(remaining__gte=1) & (Q(remaining=1) | Q(session_count__gte=4 * F("remaining")))


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "EnrolmentQuerySet":
        return self.filter(branch=user.branch)

    def active(self) -> "EnrolmentQuerySet":
        return self.filter(status=Enrolment.Status.ACTIVE)

    def current(self, today: datetime.date) -> "EnrolmentQuerySet":
        """Active ones whose sessions may still be used today."""
        return self.active().filter(valid_until__gte=today)

    def with_progress(self) -> "EnrolmentQuerySet":
        """Adds `done` and `remaining`, counts of sessions."""
        done = Session.objects.filter(enrolment=OuterRef("pk"), status=Session.Status.COMPLETED).order_by()
        count = Subquery(done.values("enrolment").annotate(count=models.Count("pk")).values("count"))
        return self.annotate(done=Coalesce(count, 0), remaining=F("session_count") - F("done"))

    def nearly_done(self) -> "EnrolmentQuerySet":
        """After `with_progress`: one session left, or at most a quarter of them."""
        return self.active().filter(NEARLY_DONE)

    def lapsing_within(self, days: int, today: datetime.date) -> "EnrolmentQuerySet":
        """Active ones whose last day is at most `days` ahead."""
        return self.active().filter(
            valid_until__gte=today, valid_until__lte=today + datetime.timedelta(days=days)
        )


class Enrolment(Editable):
    """A plan sold to a customer, with the terms of that day. `value` is what the sessions cost before tax."""

    # What `with_progress` and `packages.queries.with_cards` add to a row.
    remaining: int
    steps: list[dict[str, Any]]

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="enrolments")
    plan = models.ForeignKey(Plan, models.PROTECT)
    plan_name = models.CharField(max_length=150)
    session_count = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=12, decimal_places=2)
    enrolled_on = models.DateField(_("enrolled on"))
    valid_until = models.DateField(_("valid until"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    objects = EnrolmentQuerySet.as_manager()
    privacy = Privacy(path="customer", retention="clinical")

    class Meta:
        verbose_name = _("enrolment")
        ordering = ["-id"]
        indexes = [models.Index(name="enrolment_by_branch", fields=["branch", "status", "valid_until"])]

    def __str__(self) -> str:
        return self.plan_name

    def has_lapsed(self, today: datetime.date) -> bool:
        """`valid_until` is the last day of use."""
        return self.valid_until < today


class Session(Editable):
    """One counted session of an enrolment. Completed once, by its visit."""

    class Status(models.TextChoices):
        PENDING = "pending", _("To come")
        RESERVED = "reserved", _("Booked")
        COMPLETED = "completed", _("Completed")

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("session"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    appointment_id = models.UUIDField(null=True, editable=False)
    practitioner = models.ForeignKey("staff.Practitioner", models.PROTECT, null=True, related_name="+")
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True)

    privacy = Privacy(path="enrolment__customer", retention="clinical", columns=("note",))

    class Meta:
        verbose_name = _("session")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="session_number_once", fields=["enrolment", "number"]),
            models.CheckConstraint(
                name="session_completed_pair",
                condition=Q(status="completed", completed_at__isnull=False, completed_by__isnull=False)
                | (~Q(status="completed") & Q(completed_at__isnull=True, completed_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="session_reserved_by_appointment",
                condition=~Q(status="reserved") | Q(appointment_id__isnull=False),
            ),
            models.UniqueConstraint(
                name="session_one_per_appointment",
                fields=["appointment_id"],
                condition=Q(appointment_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
