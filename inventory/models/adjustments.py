"""Corrections of stock, some of which wait for a second person."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable

from .batches import Batch
from .movements import Movement

if TYPE_CHECKING:
    from staff.models import User


class OfBranch(models.QuerySet):
    """Rows of one branch, seen by who works there."""

    def visible_to(self, user: "User") -> "OfBranch":
        return self.filter(branch_id=user.branch_id)


class Adjustment(Editable):
    """A signed correction of one batch: made at once, or asked for until somebody with the right decides."""

    class Kind(models.TextChoices):
        INCREASE = "increase", _("Put back")
        DECREASE = "decrease", _("Taken out")
        WRITE_OFF = "write_off", _("Written off")

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        APPROVED = "approved", _("Made")
        REJECTED = "rejected", _("Refused")

    branch = models.ForeignKey(Branch, models.PROTECT)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="adjustments")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    reason = models.CharField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PENDING)
    asked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    movement = models.OneToOneField(Movement, models.PROTECT, null=True, related_name="adjustment")

    objects = OfBranch.as_manager()

    class Meta:
        verbose_name = _("adjustment")
        ordering = ["-id"]
        indexes = [models.Index(name="adjustment_waiting", fields=["branch"], condition=Q(status="pending"))]
        constraints = [
            models.CheckConstraint(
                name="adjustment_sign_fits_kind",
                condition=Q(kind="increase", quantity__gt=0)
                | Q(kind__in=["decrease", "write_off"], quantity__lt=0),
            ),
            models.CheckConstraint(
                name="adjustment_decided_by_somebody",
                condition=Q(status="pending", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status="pending") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="adjustment_made_has_its_movement",
                condition=Q(status="approved", movement__isnull=False)
                | (~Q(status="approved") & Q(movement__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.quantity:+f}"

    @property
    def worth(self) -> Decimal:
        """What is at stake at cost, in rupees; 0 where the cost isn't known."""
        return abs(self.quantity) * self.batch.unit_cost
