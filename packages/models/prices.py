"""What treatments and packages cost at one branch, where it is another price than the house's."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import BranchPrice

from .plans import Plan
from .treatments import Treatment


class TreatmentPrice(BranchPrice):
    """A treatment's own price at a branch."""

    treatment = models.ForeignKey(Treatment, models.PROTECT, related_name="branch_prices")

    class Meta:
        verbose_name = _("price at a branch")
        verbose_name_plural = _("prices at branches: from that day on, instead of the price of the house")
        ordering = ["branch", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="treatmentprice_once_per_start", fields=["treatment", "branch", "valid_from"],
                violation_error_message=_("There is a price from that day on already."),
            ),
            models.CheckConstraint(
                name="treatmentprice_not_negative", condition=Q(price__isnull=True) | Q(price__gte=0),
                violation_error_message=_("The price can't be negative."),
            ),
        ]  # fmt: skip


class PlanPrice(BranchPrice):
    """A package's own price at a branch; what was sold keeps its own. Add-ons cost the same everywhere."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="branch_prices")

    class Meta:
        verbose_name = _("price at a branch")
        verbose_name_plural = _("prices at branches: from that day on, instead of the price of the house")
        ordering = ["branch", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="planprice_once_per_start", fields=["plan", "branch", "valid_from"],
                violation_error_message=_("There is a price from that day on already."),
            ),
            models.CheckConstraint(
                name="planprice_not_negative", condition=Q(price__isnull=True) | Q(price__gte=0),
                violation_error_message=_("The price can't be negative."),
            ),
        ]  # fmt: skip
