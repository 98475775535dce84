"""Batches, what of each lies where, and in which order they leave."""

import datetime
import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Deactivatable, Editable

if TYPE_CHECKING:
    from staff.models import User


def new_label_code() -> str:
    """What the barcode of a batch's label says: ten signs that name this batch and no other."""
    return uuid.uuid4().hex[:10].upper()


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "BatchQuerySet":
        return self.filter(item__organisation_id=user.branch.organisation_id if user.branch else None)

    def usable(self, today: datetime.date) -> "BatchQuerySet":
        """Neither recalled nor expired: a batch may be used up to the day before its expiry date."""
        return self.filter(is_active=True).filter(Q(expires_on__isnull=True) | Q(expires_on__gt=today))

    def stocked_at(self, branch: Branch) -> "BatchQuerySet":
        """With something left at the branch; adds that as `in_stock`. A batch has one balance per branch."""
        return self.filter(balances__branch=branch, balances__quantity__gt=0).annotate(
            in_stock=F("balances__quantity")
        )

    def expiring_within(self, days: int, today: datetime.date) -> "BatchQuerySet":
        """Not expired yet, but will be at most `days` from today."""
        return self.filter(
            is_active=True, expires_on__gt=today, expires_on__lte=today + datetime.timedelta(days=days)
        )

    def first_expiring(self) -> "BatchQuerySet":
        """In the order they should leave: first expiry first, then first received."""
        return self.order_by(F("expires_on").asc(nulls_last=True), "id")


class Batch(Editable, Deactivatable):
    """What came in together: one number, one expiry, one cost. Inactive means blocked: recalled, damaged, held back."""

    class Blocked(models.TextChoices):
        RECALLED = "recalled", _("Recalled")
        DAMAGED = "damaged", _("Damaged")
        QUARANTINE = "quarantine", _("Held back")

    item = models.ForeignKey("inventory.Item", models.PROTECT, related_name="batches")
    number = models.CharField(_("batch number"), max_length=50)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    mrp = models.DecimalField(_("MRP, ₹"), max_digits=12, decimal_places=2, null=True, blank=True)
    blocked_for = models.CharField(_("blocked"), max_length=10, choices=Blocked, blank=True)
    blocked_note = models.CharField(_("why it is blocked"), max_length=200, blank=True)
    supplier = models.ForeignKey(
        "inventory.Supplier", models.PROTECT, null=True, blank=True, verbose_name=_("supplier")
    )
    unit_cost = models.DecimalField(_("unit cost, ₹"), max_digits=12, decimal_places=4, default=0)
    label_code = models.CharField(
        _("label code"), max_length=10, unique=True, default=new_label_code, editable=False
    )

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        indexes = [models.Index(name="batch_by_expiry", fields=["expires_on"])]
        constraints = [
            models.UniqueConstraint(
                models.functions.Upper("number"), "item", name="batch_number_once_per_item"
            ),
            models.CheckConstraint(name="batch_cost_not_negative", condition=Q(unit_cost__gte=0)),
            models.CheckConstraint(
                name="batch_made_before_it_expires",
                condition=Q(made_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(made_on__lt=F("expires_on")),
                violation_error_message=_("The batch expires before it was made."),
            ),
            models.CheckConstraint(
                name="batch_blocked_is_inactive", condition=Q(blocked_for="") | Q(is_active=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def has_expired(self, today: datetime.date) -> bool:
        """The last day of use is the one before the expiry date."""
        return self.expires_on is not None and self.expires_on <= today


class Balance(models.Model):
    """How much of a batch lies at a branch. A trigger keeps it equal to the sum of the movements; never below zero."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="balances")
    branch = models.ForeignKey(Branch, models.PROTECT)
    quantity = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    moves = models.PositiveIntegerField(default=0)

    kept_by_trigger = True
    append_only = False
    deletable = False
    privacy = None

    class Meta:
        constraints = [
            models.UniqueConstraint(name="balance_once", fields=["batch", "branch"]),
            models.CheckConstraint(name="balance_not_negative", condition=Q(quantity__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.quantity}"


def usable_balances(branch: Branch | None, today: datetime.date) -> models.QuerySet[Balance]:
    """What lies at the branch of the outer item and may leave today, first expiry first."""
    return (
        Balance.objects.filter(
            branch=branch, quantity__gt=0, batch__item=OuterRef("pk"), batch__is_active=True
        )
        .filter(Q(batch__expires_on__isnull=True) | Q(batch__expires_on__gt=today))
        .order_by(F("batch__expires_on").asc(nulls_last=True), "batch_id")
    )
