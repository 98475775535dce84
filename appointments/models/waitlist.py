"""Who waits for a time to become free, and the offers made to them."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable
from clinic.permissions import Permission
from packages.models import Session, Treatment
from staff.models import Practitioner

from .appointment import Appointment

if TYPE_CHECKING:
    from staff.models import User


class Wish(Editable):
    """When a requested or waitlisted visit would suit: days, both included, and a part of each day, local time."""

    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="wish")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    earliest = models.TimeField(_("not before"), null=True)
    latest = models.TimeField(_("not after"), null=True)
    any_practitioner = models.BooleanField(_("anybody who gives the treatment"), default=False)

    class Meta:
        verbose_name = _("wish")
        constraints = [
            models.CheckConstraint(
                name="wish_in_order",
                condition=Q(last_day__gte=models.F("first_day"))
                & (Q(earliest__isnull=True) | Q(latest__isnull=True) | Q(latest__gte=models.F("earliest"))),
                violation_error_message=_("The last day or time is before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} - {self.last_day}"


class OfferQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "OfferQuerySet":
        here = self.filter(branch=user.branch)
        if user.only_own(Permission.APPOINTMENTS_VIEW):
            return here.filter(practitioner__user=user)
        return here


class Offer(Editable):
    """A freed time kept for one customer until `held_until`; its holds refuse everybody else meanwhile.

    Made to somebody on the waitlist (`appointment`) or to the owner of a due package session (`session`).
    """

    class Status(models.TextChoices):
        HELD = "held", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="offers")
    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="+")
    treatment = models.ForeignKey(Treatment, models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    held_until = models.DateTimeField()
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.HELD)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        ordering = ["held_until"]
        indexes = [
            models.Index(name="offer_open", fields=["branch", "held_until"], condition=Q(status="held"))
        ]
        constraints = [
            models.CheckConstraint(
                name="offer_to_a_wish_or_a_session",
                condition=Q(appointment__isnull=False) | Q(session__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_settled_pair",
                condition=Q(status="held", settled_at__isnull=True)
                | ~Q(status="held") & Q(settled_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="offer_one_at_a_time",
                fields=["appointment"],
                condition=Q(status="held", appointment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treatment} {self.starts_at:%Y-%m-%d %H:%M}"
