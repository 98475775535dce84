"""Goods on their way from one branch to another."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable

from .batches import Batch

if TYPE_CHECKING:
    from staff.models import User


class TransferQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "TransferQuerySet":
        """Seen at both ends."""
        return self.filter(Q(sender_id=user.branch_id) | Q(receiver_id=user.branch_id))


class Transfer(Editable):
    """What left one branch for another. In between it lies at neither."""

    class Status(models.TextChoices):
        IN_TRANSIT = "in_transit", _("On its way")
        RECEIVED = "received", _("Received")
        CANCELLED = "cancelled", _("Called back")

    number = models.CharField(_("number"), max_length=20)
    sender = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("from"))
    receiver = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("to"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.IN_TRANSIT)
    sent_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ended_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock transfer")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="transfer_number_once", fields=["sender", "number"]),
            models.CheckConstraint(name="transfer_goes_elsewhere", condition=~Q(sender=F("receiver"))),
            models.CheckConstraint(
                name="transfer_ended_by_somebody",
                condition=Q(status="in_transit", ended_by__isnull=True, ended_at__isnull=True)
                | (~Q(status="in_transit") & Q(ended_by__isnull=False, ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class TransferLine(Editable):
    """One batch of a transfer: what was sent, and what of it arrived."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="lines")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("sent"), max_digits=12, decimal_places=3)
    received = models.DecimalField(_("received"), max_digits=12, decimal_places=3, null=True)

    class Meta:
        verbose_name = _("transferred batch")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="transferline_once_per_batch", fields=["transfer", "batch"]),
            models.CheckConstraint(
                name="transferline_amounts",
                condition=Q(quantity__gt=0)
                & (Q(received__isnull=True) | Q(received__gte=0, received__lte=F("quantity"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.quantity}"

    @property
    def missing(self) -> Decimal:
        """What was sent and did not arrive; 0 while it is on its way."""
        return Decimal(0) if self.received is None else self.quantity - self.received
