"""A cashier's drawer from opening to close: what should be in it follows from its payments, refunds and movements."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, Row
from clinic.privacy import Privacy

from .columns import money
from .receipts import OfBranch


class Drawer(Editable):
    """One cashier's takings from opening to close, past midnight too. A payment belongs to the drawer open when it came.

    At the close the cashier counts blind: `counted` holds notes and coins by denomination, `declared` rupees by mode;
    `expected` by mode is worked out from the rows and frozen beside them. Somebody else verifies. Who may verify may also count for a cashier who left: `closed_by`.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        VERIFIED = "verified", _("Verified")

    branch = models.ForeignKey(Branch, models.PROTECT)
    cashier = models.ForeignKey("staff.User", models.PROTECT, related_name="drawers")
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    opening_float = money(_("cash at opening"))
    counted = models.JSONField(default=dict)
    declared = models.JSONField(default=dict)
    expected = models.JSONField(default=dict)
    difference = money(_("difference"))
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    left_in = money(_("cash left in the drawer"))
    handed_to = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    answer = models.CharField(_("remark of who verified"), max_length=300, blank=True)

    objects = OfBranch.as_manager()
    privacy = Privacy(path=None, retention="tax")

    class Meta:
        verbose_name = _("drawer")
        ordering = ["-opened_at"]
        indexes = [models.Index(name="drawer_by_branch", fields=["branch", "-opened_at"])]
        constraints = [
            models.UniqueConstraint(
                name="drawer_one_open_per_cashier", fields=["branch", "cashier"], condition=Q(status="open")
            ),
            models.CheckConstraint(
                name="drawer_closed_is_complete",
                condition=Q(status="open", closed_at__isnull=True, verified_at__isnull=True)
                | Q(status="closed", closed_at__isnull=False, verified_at__isnull=True)
                | Q(
                    status="verified",
                    closed_at__isnull=False,
                    verified_at__isnull=False,
                    verified_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="drawer_verified_by_another",
                condition=Q(verified_by__isnull=True)
                | ~Q(verified_by=models.F("cashier")) & ~Q(verified_by=models.F("closed_by")),
            ),
            models.CheckConstraint(name="drawer_float", condition=Q(opening_float__gte=0, left_in__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.cashier} {self.opened_at:%d.%m.%Y %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("drawer-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN


class CashMovement(Row):
    """Cash put into a drawer or paid out of it (below zero) that is neither a payment nor a refund."""

    class Kind(models.TextChoices):
        PETTY_CASH = "petty_cash", _("Petty cash")
        BANK = "bank", _("Taken to the bank")
        FLOAT = "float", _("Change put in")
        TIPS = "tips", _("Tips paid out")
        OTHER = "other", _("Other")

    append_only = True

    drawer = models.ForeignKey(Drawer, models.PROTECT, related_name="movements")
    kind = models.CharField(_("what for"), max_length=10, choices=Kind)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    practitioner = models.ForeignKey("staff.Practitioner", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("cash movement")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="cashmovement_sign_fits_kind",
                condition=Q(kind__in=["petty_cash", "bank", "tips"], amount__lt=0)
                | Q(kind="float", amount__gt=0)
                | Q(kind="other") & ~Q(amount=0),
            ),
            models.CheckConstraint(name="cashmovement_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
