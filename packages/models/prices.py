"""What treatments and packages cost at one branch, where it is another price than the house's."""

from django.db import models

from clinic.models.prices import BranchPrice, once_per_start

from .plans import Plan
from .treatments import Treatment


class TreatmentPrice(BranchPrice):
    """A treatment's own price at a branch."""

    treatment = models.ForeignKey(Treatment, models.PROTECT, related_name="branch_prices")

    class Meta(BranchPrice.Meta):
        constraints = [*BranchPrice.Meta.constraints, once_per_start("treatmentprice", "treatment")]


class PlanPrice(BranchPrice):
    """A package's own price at a branch; what was sold keeps its own. Add-ons cost the same everywhere."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="branch_prices")

    class Meta(BranchPrice.Meta):
        constraints = [*BranchPrice.Meta.constraints, once_per_start("planprice", "plan")]
