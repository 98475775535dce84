"""Until when the books are closed, and what a branch has decided about billing."""

import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, Registration, Row

from .columns import money


class PeriodLock(Row):
    """The books of a registration are closed up to and including a day; the latest row counts.

    A trigger refuses issuing, cancelling and notes dated within. An earlier day opens them again; the reason is kept.
    """

    append_only = True

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="period_locks")
    until = models.DateField(_("closed up to and including"), null=True)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("period lock")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="periodlock_says_why", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.until}"

    @classmethod
    def closed_until(cls, registration: Registration | None) -> datetime.date | None:
        """The last day of the closed books; None where all are open."""
        latest = (
            cls.objects.filter(registration=registration).order_by("-id").first() if registration else None
        )
        return latest.until if latest else None


class BillingRules(Editable):
    """What a branch has decided about billing. Points: so many for each 100 rupees before tax, worth so much each."""

    branch = models.OneToOneField(Branch, models.PROTECT, related_name="billing_rules")
    payment_days = models.PositiveSmallIntegerField(_("days until an invoice is due"), default=0)
    backdate_days = models.PositiveSmallIntegerField(
        _("days an invoice may be dated back"), default=3, validators=[MaxValueValidator(30)]
    )
    estimate_days = models.PositiveSmallIntegerField(
        _("days an estimate is valid"), default=15, validators=[MinValueValidator(1)]
    )
    takes_tips = models.BooleanField(_("takes tips"), default=False)
    credit_months = models.PositiveSmallIntegerField(
        _("months store credit is valid"), null=True, blank=True, help_text=_("Empty: for ever.")
    )
    gift_card_months = models.PositiveSmallIntegerField(
        _("months a gift card is valid"), default=12, validators=[MinValueValidator(1)]
    )
    points_per_hundred = models.DecimalField(
        _("points for each ₹100"), max_digits=6, decimal_places=2, default=0,
        help_text=_("Of what is paid for before tax. 0: no points are earned."),
    )  # fmt: skip
    point_value = money(_("worth of a point, ₹"))
    least_points = models.PositiveIntegerField(_("fewest points to redeem at once"), default=1)
    points_months = models.PositiveSmallIntegerField(
        _("months points are valid"), default=12, validators=[MinValueValidator(1)]
    )
    link_days = models.PositiveSmallIntegerField(
        _("days a link to a paper works"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )

    class Meta:
        verbose_name = _("rules of billing")
        verbose_name_plural = _("rules of billing")
        constraints = [
            models.CheckConstraint(
                name="billingrules_ranges",
                condition=Q(
                    backdate_days__lte=30, estimate_days__gte=1, gift_card_months__gte=1, points_months__gte=1,
                    points_per_hundred__gte=0, point_value__gte=0, link_days__range=(1, 365),
                ),
                violation_error_message=_("A number among the rules of billing is out of its range."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.branch)

    @classmethod
    def of(cls, branch: Branch) -> "BillingRules":
        """The branch's own, or the defaults where it has decided nothing."""
        return cls.objects.filter(branch=branch).first() or cls(branch=branch)
