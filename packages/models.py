"""The treatment menu, plans, enrolments and their counted sessions."""

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clinic.models import (
    Branch,
    Deactivatable,
    Editable,
    OfOrganisation,
    Organisation,
    Resource,
    Row,
    TaxCategory,
)
from clinic.privacy import Privacy

if TYPE_CHECKING:
    from staff.models import User


class Treatment(Editable, Deactivatable):
    """Something on the menu that a practitioner does. Price in rupees, before tax unless `price_includes_tax`."""

    class Category(models.TextChoices):
        SKIN = "skin", _("Skin")
        HAIR = "hair", _("Hair")
        LASER = "laser", _("Laser")
        CONSULTATION = "consultation", _("Consultation")

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    name = models.CharField(_("name"), max_length=150)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    tax_category = models.ForeignKey(TaxCategory, models.PROTECT, verbose_name=_("tax category"))
    price = models.DecimalField(_("price, ₹"), max_digits=12, decimal_places=2)
    price_includes_tax = models.BooleanField(_("price includes tax"), default=False)
    minutes = models.PositiveSmallIntegerField(_("duration, minutes"), default=30)
    minutes_before = models.PositiveSmallIntegerField(_("minutes to prepare"), default=0)
    minutes_after = models.PositiveSmallIntegerField(_("minutes to clean up"), default=0)
    min_interval_days = models.PositiveSmallIntegerField(
        _("days between two sessions, at least"), null=True, blank=True
    )

    objects = OfOrganisation.as_manager()

    class Meta:
        verbose_name = _("treatment")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="treatment_name_once", fields=["organisation", "name"], condition=Q(is_active=True)
            ),
            models.CheckConstraint(
                name="treatment_price_and_minutes",
                condition=Q(price__gte=0, minutes__gte=5, minutes__lte=720),
                violation_error_message=_(
                    "The price can't be negative, and a treatment lasts 5 to 720 minutes."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TreatmentResource(Row):
    """A room or device that can serve a treatment. Where several of a kind can, one of them is held."""

    deletable = True

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="resources")
    resource = models.ForeignKey(
        Resource, models.PROTECT, limit_choices_to=~Q(kind="practitioner"), verbose_name=_("room or device")
    )

    class Meta:
        verbose_name = _("room or device needed")
        verbose_name_plural = _("rooms and devices needed")
        constraints = [
            models.UniqueConstraint(name="treatmentresource_once", fields=["treatment", "resource"])
        ]

    def __str__(self) -> str:
        return str(self.resource)


class Consumable(Row):
    """What one session of a treatment uses up."""

    deletable = True

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="consumables")
    item = models.ForeignKey("inventory.Item", models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=9, decimal_places=3)

    class Meta:
        verbose_name = _("consumable")
        constraints = [
            models.UniqueConstraint(name="consumable_once_per_treatment", fields=["treatment", "item"]),
            models.CheckConstraint(
                name="consumable_quantity_positive",
                condition=Q(quantity__gt=0),
                violation_error_message=_("The quantity must be above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:g} {self.item}"


class Plan(Editable, Deactivatable):
    """A package we sell: so many sessions of a treatment for one price, in rupees before tax unless it says else."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(_("description"), blank=True)
    treatment = models.ForeignKey(
        Treatment, models.PROTECT, related_name="plans", verbose_name=_("treatment")
    )
    session_count = models.PositiveSmallIntegerField(_("sessions"))
    price = models.DecimalField(_("price, ₹"), max_digits=12, decimal_places=2)
    price_includes_tax = models.BooleanField(_("price includes tax"), default=False)
    valid_days = models.PositiveSmallIntegerField(_("valid for days"), default=365)

    objects = OfOrganisation.as_manager()

    class Meta:
        verbose_name = _("package")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="plan_name_once", fields=["organisation", "name"], condition=Q(is_active=True)
            ),
            models.CheckConstraint(
                name="plan_counts_and_price",
                condition=Q(session_count__gte=1, session_count__lte=100, price__gte=0, valid_days__gte=1),
                violation_error_message=_(
                    "A package has 1 to 100 sessions, a price and at least one day of validity."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlanPart(Row):
    """What a package is made of, or what can be added to it."""

    deletable = True

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="parts")
    name = models.CharField(_("name"), max_length=100)
    is_add_on = models.BooleanField(_("add-on"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("component")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Performer(Row):
    """A practitioner who may give a treatment. A treatment without any may be given by everybody."""

    deletable = True

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="performers")
    practitioner = models.ForeignKey(
        "staff.Practitioner", models.PROTECT, related_name="+", verbose_name=_("practitioner")
    )

    class Meta:
        verbose_name = _("who may give it")
        verbose_name_plural = _("who may give it (nobody named: everybody)")
        constraints = [
            models.UniqueConstraint(name="performer_once_per_treatment", fields=["treatment", "practitioner"])
        ]

    def __str__(self) -> str:
        return str(self.practitioner)


class Requirement(Editable, Deactivatable):
    """What must be done before a treatment can be booked: a patch test, a signed consent.

    It has to be met `wait_hours` before the visit begins and holds for `valid_days` (empty: for good).
    """

    class Kind(models.TextChoices):
        PATCH_TEST = "patch_test", _("Patch test")
        CONSENT = "consent", _("Consent")

    treatment = models.ForeignKey(Treatment, models.PROTECT, related_name="requirements")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    wait_hours = models.PositiveSmallIntegerField(_("hours before the visit, at least"), default=0)
    valid_days = models.PositiveSmallIntegerField(_("valid for days"), null=True, blank=True)

    class Meta:
        verbose_name = _("needed before booking")
        verbose_name_plural = _("needed before booking")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                name="requirement_once_per_treatment", fields=["treatment", "kind", "name"],
                condition=Q(is_active=True), violation_error_message=_("This is asked for already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def article_name(self) -> str:
        """As a sentence begins: "A patch test", with its name behind it where that says more."""
        kind = _("A signed consent") if self.kind == self.Kind.CONSENT else _("A patch test")
        says_more = self.name.casefold() not in (
            str(self.get_kind_display()).casefold(),
            str(kind).casefold(),
        )
        return f"{kind} ({self.name})" if says_more else str(kind)


class RequirementMet(Row):
    """That a customer has met a requirement; `is_passed` is False where the skin reacted or the consent was declined.

    Of a customer and requirement a failure ends what was passed before it; any pass since then may serve.
    """

    append_only = True
    privacy = Privacy(path="customer", retention="clinical", columns=("note",))

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="met")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    is_passed = models.BooleanField(_("passed"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("requirement met")
        ordering = ["-at", "-id"]
        indexes = [models.Index(name="requirementmet_latest", fields=["customer", "requirement", "-at"])]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.at:%Y-%m-%d}"


class Parameter(Editable, Deactivatable):
    """Something to note of each session of a treatment: device, setting, passes, area. The clinic defines them.

    `choices` are the answers allowed, one a line, for a choice; `unit` stands behind a number.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Words")
        NUMBER = "number", _("Number")
        CHOICE = "choice", _("Choice")

    treatment = models.ForeignKey(Treatment, models.PROTECT, related_name="parameters")
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.TEXT)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    choices = models.TextField(_("choices, one a line"), blank=True)
    is_required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("session parameter")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                name="parameter_once_per_treatment", fields=["treatment", "name"], condition=Q(is_active=True),
                violation_error_message=_("This treatment has a parameter of that name already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


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
