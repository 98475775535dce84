"""What an item costs at one branch, where it is another price than the house's."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import BranchPrice

from .items import Item


class ItemPrice(BranchPrice):
    """An item's own price at a branch."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="branch_prices")

    class Meta:
        verbose_name = _("price at a branch")
        verbose_name_plural = _("prices at branches: from that day on, instead of the price of the house")
        ordering = ["branch", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="itemprice_once_per_start", fields=["item", "branch", "valid_from"],
                violation_error_message=_("There is a price from that day on already."),
            ),
            models.CheckConstraint(
                name="itemprice_not_negative", condition=Q(price__isnull=True) | Q(price__gte=0),
                violation_error_message=_("The price can't be negative."),
            ),
        ]  # fmt: skip
