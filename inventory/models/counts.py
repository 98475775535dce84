"""Counting the shelf while the day goes on: what was seen, when, and by whom."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable

from .adjustments import OfBranch
from .batches import Batch
from .items import Item


class Count(Editable):
    """One round of counting. Who counts doesn't see what is expected; nothing is frozen meanwhile."""

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress", _("Counting")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        CANCELLED = "cancelled", _("Given up")

    branch = models.ForeignKey(Branch, models.PROTECT)
    number = models.CharField(_("number"), max_length=20)
    category = models.CharField(_("category"), max_length=12, choices=Item.Category, blank=True)
    as_of = models.DateTimeField(
        _("as of"), null=True, help_text=_("Empty: each batch as of the moment it was counted.")
    )
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.IN_PROGRESS)
    started_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects = OfBranch.as_manager()

    class Meta:
        verbose_name = _("stock count")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="count_number_once", fields=["branch", "number"]),
            models.CheckConstraint(
                name="count_submitted_by_somebody",
                condition=Q(submitted_by__isnull=True, submitted_at__isnull=True)
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="count_decided_by_somebody",
                condition=Q(
                    status__in=["in_progress", "submitted"], decided_by__isnull=True, decided_at__isnull=True
                )
                | Q(status__in=["approved", "cancelled"], decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CountLine(Editable):
    """How much of a batch was seen, and at which moment. `expected` is what the movements up to then add up to."""

    count = models.ForeignKey(Count, models.CASCADE, related_name="lines")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    counted = models.DecimalField(_("counted"), max_digits=12, decimal_places=3)
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    expected = models.DecimalField(_("expected"), max_digits=12, decimal_places=3, null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("counted batch")
        constraints = [
            models.UniqueConstraint(name="countline_once_per_batch", fields=["count", "batch"]),
            models.CheckConstraint(name="countline_not_negative", condition=Q(counted__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.counted}"

    @property
    def variance(self) -> Decimal:
        """Counted less expected; 0 while it isn't known what was expected."""
        return Decimal(0) if self.expected is None else self.counted - self.expected

    @property
    def worth(self) -> Decimal:
        """The variance at cost, in rupees, signed."""
        return self.variance * self.batch.unit_cost
