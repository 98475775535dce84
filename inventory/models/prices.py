"""What an item costs at one branch, where it is another price than the house's."""

from django.db import models

from clinic.models.prices import BranchPrice, once_per_start

from .items import Item


class ItemPrice(BranchPrice):
    """An item's own price at a branch."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="branch_prices")

    class Meta(BranchPrice.Meta):
        constraints = [*BranchPrice.Meta.constraints, once_per_start("itemprice", "item")]
