"""What seeing somebody costs."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Deactivatable, Editable

from .people import Practitioner, User


class FeeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "FeeQuerySet":
        return self.filter(branch=user.branch)

    def valid_on(self, day: datetime.date) -> "FeeQuerySet":
        return self.filter(
            models.Q(valid_to=None) | models.Q(valid_to__gte=day), valid_from__lte=day, is_active=True
        )


class Fee(Editable, Deactivatable):
    """What seeing somebody costs, in rupees before tax, between two dates; of one practitioner or, if none, the house's."""

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", _("Consultation")
        FOLLOW_UP = "follow_up", _("Follow-up")
        PRIORITY = "priority", _("Priority")
        EMERGENCY = "emergency", _("Emergency")

    branch = models.ForeignKey(Branch, models.PROTECT, verbose_name=_("branch"))
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, blank=True, related_name="fees", verbose_name=_("practitioner"),
        help_text=_("Empty: everybody at the branch who has no fee of their own."),
    )  # fmt: skip
    kind = models.CharField(_("kind of visit"), max_length=12, choices=Kind)
    amount = models.DecimalField(_("amount, ₹"), max_digits=12, decimal_places=2)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to, inclusive"), null=True, blank=True)

    objects = FeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fee")
        ordering = ["kind", "practitioner", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="fee_amount_and_dates",
                condition=models.Q(amount__gte=0)
                & (models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from"))),
                violation_error_message=_("A fee isn't negative, and its last day isn't before its first."),
            ),
            models.UniqueConstraint(
                name="fee_once_per_start",
                fields=["branch", "practitioner", "kind", "valid_from"],
                condition=models.Q(is_active=True),
                nulls_distinct=False,
                violation_error_message=_("There is a fee of that kind from that day on already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"
