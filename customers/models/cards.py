"""ID cards: what was printed on each, and which one is good."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.privacy import Privacy
from staff.models import Card

if TYPE_CHECKING:
    from staff.models import User


class IdCardQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "IdCardQuerySet":
        from .people import Customer

        return self.filter(customer__in=Customer.objects.visible_to(user).values("pk"))

    def live(self) -> "IdCardQuerySet":
        return self.filter(revoked_at__isnull=True)


class IdCard(Card):
    """One edition of a customer's card."""

    privacy = Privacy(
        path="customer", retention="contact", columns=("snapshot", "revoked_because"), secret=("portrait",)
    )

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="cards")
    objects = IdCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("ID card")
        ordering = ["customer", "-edition"]
        constraints = [
            models.UniqueConstraint(
                name="idcard_one_is_good", fields=["customer"], condition=Q(revoked_at__isnull=True)
            ),
            models.CheckConstraint(
                name="idcard_revoked_pair",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.edition}"
