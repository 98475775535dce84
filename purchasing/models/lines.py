"""What lines of orders and receipts share: how much of what, at which price, and the tax on it."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Row
from inventory.models import Item


def money(label: str = "", **more: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=2, default=0, **more)


class Amounts(models.Model):
    """In rupees. CGST and SGST are equal and go with no IGST."""

    taxable = money()
    cgst = money()
    sgst = money()
    igst = money()
    total = money()

    class Meta:
        abstract = True

    @property
    def tax(self) -> Decimal:
        return self.cgst + self.sgst + self.igst


def amounts_agree(name: str) -> models.CheckConstraint:
    F, Q = models.F, models.Q
    return models.CheckConstraint(
        name=name,
        condition=Q(cgst=F("sgst"))
        & (Q(igst=0) | Q(cgst=0))
        & Q(total=F("taxable") + F("cgst") + F("sgst") + F("igst")),
    )


class Bought(Row, Amounts):
    """So many packs or base units. `unit_size` is how many base units one of them holds: 1, or the pack's."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    position = models.PositiveIntegerField()
    unit_size = models.PositiveIntegerField(default=1)
    price = models.DecimalField(_("price before tax, ₹"), max_digits=12, decimal_places=2)
    tax_rate = models.DecimalField(_("GST, percent"), max_digits=5, decimal_places=2)

    class Meta:
        abstract = True

    @property
    def in_packs(self) -> bool:
        return self.unit_size > 1

    @property
    def unit(self) -> str:
        """What `quantity` counts: strip, tablet."""
        return self.item.pack_unit or str(_("pack")) if self.in_packs else self.item.base_unit
