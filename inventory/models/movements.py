"""Every change of stock, for good."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Row

from .batches import Batch


class Movement(Row):
    """One change of stock, for good. The cause is kept as values: upper apps own what they point to."""

    class Kind(models.TextChoices):
        STOCK_IN = "stock_in", _("Stock in")
        SALE = "sale", _("Sale")
        CONSUMPTION = "consumption", _("Used in a visit")
        ADJUSTMENT = "adjustment", _("Adjustment")
        COUNT = "count", _("Counted")
        WRITE_OFF = "write_off", _("Written off")
        TRANSFER_OUT = "transfer_out", _("Sent to another branch")
        TRANSFER_IN = "transfer_in", _("Come from another branch")
        RETURN_OUT = "return_out", _("Sent back to the supplier")
        RETURN_IN = "return_in", _("Brought back by a customer")

    append_only = True

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="movements")
    branch = models.ForeignKey(Branch, models.PROTECT)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    balance_after = models.DecimalField(max_digits=12, decimal_places=3, editable=False, default=0)
    place = models.PositiveIntegerField(
        editable=False, default=0
    )  # of the movements of this batch at this branch
    unit_cost = models.DecimalField(
        _("unit cost, ₹"), max_digits=12, decimal_places=4, editable=False, null=True
    )
    cause_kind = models.CharField(max_length=30, blank=True)
    cause_id = models.UUIDField(null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("stock movement")
        ordering = ["-id"]
        indexes = [models.Index(name="movement_by_cause", fields=["cause_kind", "cause_id"])]
        constraints = [
            models.UniqueConstraint(name="movement_places_in_order", fields=["batch", "branch", "place"]),
            models.CheckConstraint(
                name="movement_sign_fits_kind",
                condition=Q(kind__in=["stock_in", "transfer_in", "return_in"], quantity__gt=0)
                | Q(
                    kind__in=["sale", "consumption", "write_off", "transfer_out", "return_out"],
                    quantity__lt=0,
                )
                | (Q(kind__in=["adjustment", "count"]) & ~Q(quantity=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"
