"""What something of the catalogue costs at one branch, where that differs from the house's price."""

import datetime
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Editable
from .organisation import Branch


class BranchPriceQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(branch=user.branch)

    def valid_on(self, day: datetime.date) -> Self:
        """Those that have begun, the one that counts first."""
        return self.filter(valid_from__lte=day).order_by("-valid_from")


class BranchPrice(Editable):
    """The price of a thing at a branch from a day on, in rupees, with or without tax as the thing's own; empty is the
    house's price again. Each app that sells has its own table, related as `branch_prices`, one row per start."""

    branch = models.ForeignKey(Branch, models.PROTECT, verbose_name=_("branch"), related_name="+")
    price = models.DecimalField(
        _("price, ₹"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)],
        help_text=_("Empty: that of the house again."),
    )  # fmt: skip
    valid_from = models.DateField(_("valid from"))

    objects = BranchPriceQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.branch}: {self.price}"
