"""What an appointment occupies: a practitioner, a room, a device."""

import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Deactivatable, Editable, Row
from .organisation import Branch


class Resource(Editable, Deactivatable):
    """One thing that can be in one place at a time. Minutes before and after are its own buffers."""

    class Kind(models.TextChoices):
        PRACTITIONER = "practitioner", _("Practitioner")
        ROOM = "room", _("Room")
        DEVICE = "device", _("Device")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="resources")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=100)
    minutes_before = models.PositiveSmallIntegerField(_("minutes to prepare"), default=0)
    minutes_after = models.PositiveSmallIntegerField(_("minutes to clean up"), default=0)

    class Meta:
        verbose_name = _("resource")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                name="resource_name_once_per_branch",
                fields=["branch", "kind", "name"],
                condition=models.Q(is_active=True),
                violation_error_message=_("This branch already has one of that name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OutOfServiceQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "OutOfServiceQuerySet":
        return self.filter(resource__branch_id=user.branch_id)

    def not_over(self, at: datetime.datetime) -> "OutOfServiceQuerySet":
        """Those that last at a moment, or are still to come then."""
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=at))


class OutOfService(Row):
    """A stretch of time in which a room or device can't be used; without an end until it is back."""

    deletable = True  # one that never began; `put_back` ends the others

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="out_of_service")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    objects = OutOfServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("out of service")
        verbose_name_plural = _("out of service")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                name="outofservice_in_order",
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("It is back before it is out of service."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.reason}"
