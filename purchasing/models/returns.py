"""Goods sent back to a supplier, with the debit note that goes with them."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Row, SeriesYear
from clinic.privacy import Privacy
from inventory.models import Batch, Supplier

from .lines import Amounts, amounts_agree
from .receipts import Receipt

if TYPE_CHECKING:
    from staff.models import User


class ReturnQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "ReturnQuerySet":
        return self.filter(branch=user.branch)

    def matching(self, typed: str) -> "ReturnQuerySet":
        return self.filter(Q(number__icontains=typed) | Q(supplier_name__icontains=typed))


class Return(Row, Amounts):
    """Written once, with its number; amounts are what the supplier owes us for it."""

    class Reason(models.TextChoices):
        EXPIRED = "expired", _("Expired or expiring")
        DAMAGED = "damaged", _("Damaged")
        RECALLED = "recalled", _("Recalled")
        WRONG = "wrong", _("Not what was ordered")
        OTHER = "other", _("Other")

    append_only = True

    branch = models.ForeignKey(Branch, models.PROTECT)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="returns", verbose_name=_("supplier"))
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="returns")
    number = models.CharField(_("number"), max_length=16)
    series_year = models.ForeignKey(SeriesYear, models.PROTECT, related_name="+")
    returned_on = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    note = models.CharField(_("note to the supplier"), max_length=200, blank=True)
    supplier_name = models.CharField(max_length=150)
    supplier_gstin = models.CharField(max_length=15, blank=True)
    supplier_state = models.CharField(max_length=2)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    objects = ReturnQuerySet.as_manager()
    privacy = Privacy(path=None, retention="tax", columns=("note",))

    class Meta:
        verbose_name = _("return to a supplier")
        verbose_name_plural = _("returns to suppliers")
        ordering = ["-id"]
        indexes = [models.Index(name="return_by_branch", fields=["branch", "-id"])]
        constraints = [
            models.UniqueConstraint(name="return_number_once", fields=["series_year", "number"]),
            amounts_agree("return_amounts_agree"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("return-detail", args=[self.pk])


class ReturnLine(Row, Amounts):
    """So many base units of a batch, at what they cost before tax."""

    append_only = True

    return_note = models.ForeignKey(Return, models.PROTECT, related_name="lines")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    price = models.DecimalField(_("price before tax, ₹"), max_digits=12, decimal_places=4)
    tax_rate = models.DecimalField(_("GST, percent"), max_digits=5, decimal_places=2)
    creditable = models.BooleanField(_("input tax credit"), default=True)

    class Meta:
        verbose_name = _("line of a return")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="returnline_in_range",
                condition=Q(quantity__gt=0, price__gte=0, tax_rate__gte=0, tax_rate__lte=40),
            ),
            amounts_agree("returnline_amounts_agree"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.quantity:f}"
