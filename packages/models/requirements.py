"""What must be done before a treatment can be booked, and who has done it."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Deactivatable, Editable, Row
from clinic.privacy import Privacy

from .treatments import Treatment

if TYPE_CHECKING:
    from staff.models import User


class RequirementQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "RequirementQuerySet":
        return self.filter(treatment__in=Treatment.objects.visible_to(user))

    def active(self) -> "RequirementQuerySet":
        """Those still asked for, of treatments still on the menu."""
        return self.filter(is_active=True, treatment__is_active=True)


class Requirement(Editable, Deactivatable):
    """What must be done before a treatment can be booked: a patch test, a signed consent.

    It has to be met `wait_hours` before the visit begins and holds for `valid_days` (empty: for good).
    """

    class Kind(models.TextChoices):
        PATCH_TEST = "patch_test", _("Patch test")
        CONSENT = "consent", _("Consent")

    treatment = models.ForeignKey(Treatment, models.PROTECT, related_name="requirements")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    wait_hours = models.PositiveSmallIntegerField(_("hours before the visit, at least"), default=0)
    valid_days = models.PositiveSmallIntegerField(_("valid for days"), null=True, blank=True)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("needed before booking")
        verbose_name_plural = _("needed before booking")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                name="requirement_once_per_treatment", fields=["treatment", "kind", "name"],
                condition=Q(is_active=True), violation_error_message=_("This is asked for already."),
            ),
            models.CheckConstraint(
                name="requirement_holds_before_it_lapses",
                condition=Q(valid_days__isnull=True) | Q(wait_hours__lte=F("valid_days") * 24),
                violation_error_message=_("It would lapse before the waiting time is over."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def article_name(self) -> str:
        """As a sentence begins: "A patch test", with its name behind it where that says more."""
        kind = _("A signed consent") if self.kind == self.Kind.CONSENT else _("A patch test")
        says_more = self.name.casefold() not in (
            str(self.get_kind_display()).casefold(),
            str(kind).casefold(),
        )
        return f"{kind} ({self.name})" if says_more else str(kind)


class RequirementMet(Row):
    """That a customer has met a requirement; `is_passed` is False where the skin reacted or the consent was declined.

    Of a customer and requirement a failure ends what was passed before it; any pass since then may serve.
    """

    append_only = True
    privacy = Privacy(path="customer", retention="clinical", columns=("note",))

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="met")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    is_passed = models.BooleanField(_("passed"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("requirement met")
        ordering = ["-at", "-id"]
        indexes = [models.Index(name="requirementmet_latest", fields=["customer", "requirement", "-at"])]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.at:%Y-%m-%d}"
