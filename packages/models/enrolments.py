"""Packages in customers' hands, and their counted sessions."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clinic import registries
from clinic.models import Branch, Editable
from clinic.permissions import Permission
from clinic.privacy import Privacy

from .plans import Plan

if TYPE_CHECKING:
    from staff.models import User

#: After `with_progress`: at most two sessions left, or a fifth of them; from half-way on, and never before the first.
NEARLY_DONE = (
    Q(remaining__gte=1, done__gte=1)
    & Q(session_count__lte=2 * F("done"))
    & (Q(remaining__lte=2) | Q(session_count__gte=5 * F("remaining")))
)


def usable_on(day: datetime.date, path: str = "") -> Q:
    """Packages whose sessions may be used on a day; `path` leads to the enrolment ("enrolment__").

    One that begins with its first session has no last day until then.
    """
    last = f"{path}usable_until"
    return Q(**{f"{path}status": Enrolment.Status.ACTIVE}) & (
        Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": day})
    )


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "EnrolmentQuerySet":
        here = self.filter(branch=user.branch)
        if user.only_own(Permission.PACKAGES_VIEW):
            return here.filter(customer__in=registries.own_of("customers.Customer", user))
        return here

    def active(self) -> "EnrolmentQuerySet":
        return self.filter(status=Enrolment.Status.ACTIVE)

    def current(self, today: datetime.date) -> "EnrolmentQuerySet":
        """Active ones whose sessions may still be used today."""
        return self.filter(usable_on(today))

    def with_progress(self) -> "EnrolmentQuerySet":
        """Adds `done` and `remaining`, counts of sessions, and `owed`, what the remaining ones are worth in rupees."""
        return self.annotate(
            done=Coalesce("tally__used", 0),
            remaining=Coalesce("tally__remaining", 0),
            owed=Coalesce("tally__owed", Decimal(0)),
        )

    def nearly_done(self) -> "EnrolmentQuerySet":
        """After `with_progress`: at most two sessions left, or a fifth of them (`NEARLY_DONE`)."""
        return self.active().filter(NEARLY_DONE)

    def lapsing_within(self, days: int, today: datetime.date) -> "EnrolmentQuerySet":
        """Active ones whose last day, grace included, is at most `days` ahead."""
        return self.active().filter(
            usable_until__gte=today, usable_until__lte=today + datetime.timedelta(days=days)
        )

    def lapsed(self, today: datetime.date) -> "EnrolmentQuerySet":
        """Those whose last day is over, whether that has been entered yet or not."""
        over = Q(status=Enrolment.Status.ACTIVE, usable_until__lt=today)
        return self.filter(over | Q(status=Enrolment.Status.LAPSED))


class Enrolment(Editable):
    """A package in a customer's hands, on the terms of the day it was sold. `value`: its price before tax, in rupees.

    What became of it is in its ledger (`Entry`). `valid_until` is its last day, empty while a package that begins with
    its first session hasn't begun; `grace_days` may follow.
    """

    # What `with_progress` and `packages.queries.with_cards` add to a row.
    done: int
    remaining: int
    owed: Decimal
    steps: list[dict[str, Any]]

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        FROZEN = "frozen", _("Frozen")
        COMPLETED = "completed", _("Completed")
        LAPSED = "lapsed", _("Lapsed")
        RETURNED = "returned", _("Given back")
        TRANSFERRED = "transferred", _("Transferred")
        EXCHANGED = "exchanged", _("Exchanged")
        CANCELLED = "cancelled", _("Cancelled")

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="enrolments")
    plan = models.ForeignKey(Plan, models.PROTECT)
    plan_name = models.CharField(max_length=150)
    session_count = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=12, decimal_places=2)
    enrolled_on = models.DateField(_("enrolled on"))
    valid_days = models.PositiveSmallIntegerField(_("valid for days"), default=365)
    valid_until = models.DateField(_("valid until"), null=True)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=0)
    usable_until = models.GeneratedField(
        expression=F("valid_until") + F("grace_days"),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    starts_at_first_use = models.BooleanField(_("validity starts with the first session"), default=False)
    payment = models.CharField(
        _("payment"), max_length=11, choices=Plan.Payment, default=Plan.Payment.PREPAID
    )
    instalments = models.PositiveSmallIntegerField(_("instalments"), default=1)
    asks_for = models.CharField(
        _("a session is proven by"), max_length=9, choices=Plan.Proof, default=Plan.Proof.NONE, blank=True
    )
    terms = models.JSONField(_("terms when sold"), default=dict)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ACTIVE)
    frozen_on = models.DateField(_("frozen on"), null=True)
    frozen_until = models.DateField(_("frozen until"), null=True)
    came_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="went_to")
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    objects = EnrolmentQuerySet.as_manager()
    privacy = Privacy(path="customer", retention="clinical")

    class Meta:
        verbose_name = _("enrolment")
        ordering = ["-id"]
        indexes = [models.Index(name="enrolment_by_branch", fields=["branch", "status", "usable_until"])]
        constraints = [
            models.CheckConstraint(
                name="enrolment_frozen_since", condition=Q(status="frozen") ^ Q(frozen_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.plan_name

    @property
    def last_day(self) -> datetime.date | None:
        """The last day on which a session may be used, grace included; None while the validity hasn't begun."""
        return self.valid_until and self.valid_until + datetime.timedelta(days=self.grace_days)

    @property
    def is_nearly_done(self) -> bool:
        """As `NEARLY_DONE`; after `with_progress`."""
        few = self.remaining <= 2 or 5 * self.remaining <= self.session_count
        return self.remaining >= 1 and self.done >= 1 and 2 * self.done >= self.session_count and few

    def has_lapsed(self, today: datetime.date) -> bool:
        return self.status == self.Status.LAPSED or (self.last_day is not None and self.last_day < today)


class Session(Editable):
    """One counted session of an enrolment. Completed once, by its visit."""

    class Status(models.TextChoices):
        PENDING = "pending", _("To come")
        RESERVED = "reserved", _("Booked")
        COMPLETED = "completed", _("Completed")
        LOST = "lost", _("No longer to come")

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
