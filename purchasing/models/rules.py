"""What a branch has decided about buying."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable

if TYPE_CHECKING:
    from staff.models import User


class BuyingRulesQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "BuyingRulesQuerySet":
        return self.filter(branch__in=user.branches)


class BuyingRules(Editable):
    """The limits of one branch. A branch that has decided nothing has the defaults (`BuyingRules.of`)."""

    branch = models.OneToOneField(
        Branch, models.PROTECT, related_name="buying_rules", verbose_name=_("branch")
    )
    approval_limit = models.DecimalField(
        _("orders above this need approval, ₹"), max_digits=12, decimal_places=2, default=Decimal(10_000),
        help_text=_("With tax. 0: every order is approved by somebody else than who wrote it."),
    )  # fmt: skip
    tolerance = models.DecimalField(
        _("may come above what was ordered, percent"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    cover_days = models.PositiveSmallIntegerField(
        _("days an order is meant to last"), default=30,
        help_text=_("For items without a maximum, counted from the day the goods come."),
    )  # fmt: skip

    objects = BuyingRulesQuerySet.as_manager()

    class Meta:
        verbose_name = _("buying limits")
        verbose_name_plural = _("buying limits")
        constraints = [
            models.CheckConstraint(
                name="buyingrules_in_range",
                condition=Q(approval_limit__gte=0, tolerance__gte=0, tolerance__lte=100, cover_days__gte=1),
                violation_error_message=_("Limits can't be negative, nor the tolerance above 100 %%."),
            )
        ]

    def __str__(self) -> str:
        return str(self.branch)

    @classmethod
    def of(cls, branch: Branch) -> "BuyingRules":
        return cls.objects.filter(branch=branch).first() or cls(branch=branch)
