"""Deliveries: what came, what was accepted, and the supplier's invoice for it."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, SeriesYear
from inventory.models import Batch, Supplier

from .lines import Amounts, Bought, amounts_agree, money
from .orders import Order, OrderLine

if TYPE_CHECKING:
    from staff.models import User


class ReceiptQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "ReceiptQuerySet":
        return self.filter(branch=user.branch)

    def accepted(self) -> "ReceiptQuerySet":
        return self.filter(status=Receipt.Status.ACCEPTED)

    def matching(self, typed: str) -> "ReceiptQuerySet":
        named = Q(number__icontains=typed) | Q(invoice_number__icontains=typed)
        return self.filter(named | Q(supplier__name__icontains=typed))


class Receipt(Editable, Amounts):
    """One delivery. Pending it may change; accepted or rejected it has a number and the database keeps it as it is.

    Amounts are those of what was accepted, `rejected_total` is the rest of the supplier's invoice, both with tax.
    `supplier_*` are as they were on the day.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Being checked")
        ACCEPTED = "accepted", _("In stock")
        REJECTED = "rejected", _("Rejected")

    branch = models.ForeignKey(Branch, models.PROTECT)
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="receipts", verbose_name=_("supplier")
    )
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="receipts")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    number = models.CharField(_("number"), max_length=16, blank=True)
    series_year = models.ForeignKey(SeriesYear, models.PROTECT, null=True, related_name="+")
    received_on = models.DateField(_("received on"), null=True)
    invoice_number = models.CharField(_("supplier's invoice number"), max_length=30, blank=True)
    invoice_date = models.DateField(_("date of the invoice"), null=True, blank=True)
    invoice_year = models.CharField(max_length=7, blank=True)
    invoice_total = models.DecimalField(
        _("total of the invoice, ₹"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    difference_reason = models.CharField(_("why the totals differ"), max_length=200, blank=True)
    over_reason = models.CharField(_("why more came than was ordered"), max_length=200, blank=True)
    rejected_total = money()
    supplier_name = models.CharField(max_length=150, blank=True)
    supplier_gstin = models.CharField(max_length=15, blank=True)
    supplier_state = models.CharField(max_length=2, blank=True)
    written_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    verified_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    reject_reason = models.CharField(_("why it was rejected"), max_length=200, blank=True)

    deletable = True  # while it is pending; a trigger keeps it afterwards

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods receipt")
        ordering = ["-id"]
        indexes = [
            models.Index(name="receipt_by_branch", fields=["branch", "status", "-id"]),
            models.Index(name="receipt_by_invoice", fields=["branch", "invoice_date"]),
        ]
        constraints = [
            models.UniqueConstraint(
                "supplier", Upper("invoice_number"), "invoice_year", name="receipt_invoice_once",
                condition=Q(status="accepted") & ~Q(invoice_number=""),
            ),
            models.UniqueConstraint(
                name="receipt_number_once", fields=["series_year", "number"], condition=~Q(number="")
            ),
            models.CheckConstraint(
                name="receipt_verified_is_complete",
                condition=Q(status="pending", number="", verified_by__isnull=True, verified_at__isnull=True)
                | ~Q(status="pending")
                & ~Q(number="")
                & Q(received_on__isnull=False, verified_by__isnull=False, verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="receipt_rejected_with_reason", condition=~Q(status="rejected") | ~Q(reject_reason="")
            ),
            amounts_agree("receipt_amounts_agree"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or str(_("Delivery being checked"))

    def get_absolute_url(self) -> str:
        return reverse("receipt-detail", args=[self.pk])

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def is_accepted(self) -> bool:
        return self.status == self.Status.ACCEPTED


class ReceiptLine(Bought):
    """`received` packs or units came, `accepted` of them went into stock as `batch`; the rest is for `reason`.

    Amounts are of the accepted. `mrp` is that of one pack or unit, as it is printed on it.
    """

    class Reason(models.TextChoices):
        DAMAGED = "damaged", _("Damaged")
        SHORT_EXPIRY = "short_expiry", _("Expires too soon")
        WRONG = "wrong", _("Not what was ordered")
        TOO_MUCH = "too_much", _("More than was ordered")
        OTHER = "other", _("Other")

    deletable = True

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="receipt_lines")
    received = models.DecimalField(_("came"), max_digits=12, decimal_places=3)
    accepted = models.DecimalField(_("accepted"), max_digits=12, decimal_places=3)
    reason = models.CharField(_("why not all"), max_length=12, choices=Reason, blank=True)
    batch_number = models.CharField(_("batch"), max_length=50, blank=True)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    mrp = models.DecimalField(_("MRP, ₹"), max_digits=12, decimal_places=2, null=True, blank=True)
    creditable = models.BooleanField(_("input tax credit"), default=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("line of a goods receipt")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="receiptline_in_range",
                condition=Q(received__gte=0, accepted__gte=0, accepted__lte=F("received"))
                & Q(price__gte=0, unit_size__gte=1, tax_rate__gte=0, tax_rate__lte=40),
            ),
            amounts_agree("receiptline_amounts_agree"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.received:f}"

    @property
    def rejected(self) -> Decimal:
        return self.received - self.accepted

    @property
    def base_quantity(self) -> Decimal:
        """Base units that are accepted."""
        return self.accepted * self.unit_size
