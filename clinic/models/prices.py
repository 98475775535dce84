"""What something of the catalogue costs at one branch, where that differs from the house's price."""

import datetime
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
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
        verbose_name = _("price at a branch")
        verbose_name_plural = _("prices at branches: from that day on, instead of the price of the house")
        ordering = ["branch", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_not_negative", condition=Q(price__isnull=True) | Q(price__gte=0),
                violation_error_message=_("The price can't be negative."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.branch}: {self.price}"


def once_per_start(table: str, thing: str) -> models.UniqueConstraint:
    """A thing has one price from a day on at a branch."""
    return models.UniqueConstraint(
        name=f"{table}_once_per_start", fields=[thing, "branch", "valid_from"],
        violation_error_message=_("There is a price from that day on already."),
    )  # fmt: skip
