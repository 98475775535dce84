"""The packages we sell: so many sessions of a treatment for one price, and the terms of their earlier editions."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Deactivatable, Editable, OfOrganisation, Organisation, Row

from .treatments import Treatment


class Plan(Editable, Deactivatable):
    """A package we sell: so many sessions of a treatment for one price, in rupees before tax unless it says else."""

    class Payment(models.TextChoices):
        PREPAID = "prepaid", _("Paid when sold")
        PER_SESSION = "per_session", _("Paid session by session")
        INSTALMENTS = "instalments", _("Paid in instalments")

    class Proof(models.TextChoices):
        NONE = "", _("Nothing")
        OTP = "otp", _("A code sent to the phone")
        SIGNATURE = "signature", _("A signature")

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
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=0, help_text=_("How long after its end a session may still be used.")
    )
    starts_at_first_use = models.BooleanField(_("validity starts with the first session"), default=False)
    payment = models.CharField(_("payment"), max_length=11, choices=Payment, default=Payment.PREPAID)
    instalments = models.PositiveSmallIntegerField(_("instalments"), default=1)
    asks_for = models.CharField(
        _("a session is proven by"), max_length=9, choices=Proof, default=Proof.NONE, blank=True
    )
    edition = models.PositiveIntegerField(_("edition"), default=1, editable=False)

    objects = OfOrganisation.as_manager()

    #: What an enrolment is sold on. Changing one of them makes a new edition; a new name or description doesn't.
    TERMS = (
        "treatment", "session_count", "price", "price_includes_tax", "valid_days", "grace_days", "starts_at_first_use",
        "payment", "instalments", "asks_for",
    )  # fmt: skip

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
            models.CheckConstraint(
                name="plan_instalments",
                condition=Q(instalments__gte=1, instalments__lte=F("session_count")),
                violation_error_message=_(
                    "A package is paid in at most as many instalments as it has sessions."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def terms(self, parts: "Iterable[PlanPart] | None" = None) -> dict[str, Any]:
        """The terms as JSON values: money as text, the treatment as {id, name}, `parts` with name, add-on and price."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.TERMS}
        values |= {"price": f"{self.price:.2f}", "treatment": _named(self.treatment)}
        return values | {"parts": [part.terms() for part in (self.parts.all() if parts is None else parts)]}


class PlanPart(Row):
    """What a package is made of, or what can be added to it."""

    deletable = True

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="parts")
    name = models.CharField(_("name"), max_length=100)
    is_add_on = models.BooleanField(_("add-on"), default=False)
    treatment = models.ForeignKey(
        Treatment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("treatment")
    )
    price = models.DecimalField(
        _("price as an add-on, ₹"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("component")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="planpart_price", condition=Q(price__isnull=True) | Q(price__gte=0),
                violation_error_message=_("The price of an add-on can't be negative."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def terms(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "is_add_on": self.is_add_on,
            "price": None if self.price is None else f"{self.price:.2f}",
            "treatment": _named(self.treatment) if self.treatment else None,
        }


class PlanEdition(Row):
    """The terms that a plan was sold on from this moment until its next edition; enrolments point to none of the rows,
    they carry their own copy."""

    append_only = True

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="editions")
    edition = models.PositiveIntegerField(_("edition"))
    terms = models.JSONField(_("terms"))
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("edition of a package")
        ordering = ["-edition"]
        constraints = [models.UniqueConstraint(name="planedition_once", fields=["plan", "edition"])]

    def __str__(self) -> str:
        return f"{self.plan}, {self.edition}"


def _named(treatment: Treatment) -> dict[str, str]:
    return {"id": str(treatment.pk), "name": treatment.name}
