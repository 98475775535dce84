"""The packages we sell: so many sessions of a treatment for one price."""

from django.db import models
from django.db.models import Q
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

    def __str__(self) -> str:
        return self.name
