"""What is suggested where the product asks why. What was chosen is copied as text, so that nothing hangs on these rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import OfOrganisation, Row
from .organisation import Organisation


class Reason(Row):
    """One suggestion of the house for one purpose."""

    class Purpose(models.TextChoices):
        CANCEL = "cancel", _("Cancelling a visit")
        PRIORITY = "priority", _("Seeing somebody first")
        WAIVE = "waive", _("Waiving a charge")
        DISCOUNT = "discount", _("Giving a discount")
        ABSENCE = "absence", _("Being off")

    deletable = True

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="reasons")
    purpose = models.CharField(_("for"), max_length=10, choices=Purpose)
    text = models.CharField(_("reason"), max_length=100)

    objects = OfOrganisation.as_manager()

    class Meta:
        verbose_name = _("reason")
        ordering = ["purpose", "text"]
        constraints = [
            models.UniqueConstraint(
                name="reason_once", fields=["organisation", "purpose", "text"],
                violation_error_message=_("That reason is in the list already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text
