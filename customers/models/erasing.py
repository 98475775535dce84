"""What remains of a request for one's data: that it was handed out, that it was erased."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Row
from clinic.privacy import Privacy

from .people import Customer

if TYPE_CHECKING:
    from staff.models import User


class HandOutQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "HandOutQuerySet":
        return self.filter(customer__in=Customer.objects.visible_to(user).values("pk"))


class HandOut(Row):
    """All data of one person was given out as a file."""

    append_only = True
    privacy = Privacy(path="customer", retention="contact")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="hand_outs")
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    row_count = models.PositiveIntegerField()
    file_count = models.PositiveIntegerField()

    objects = HandOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-out")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"


class Erasure(Row):
    """A person's data was erased. What a law keeps is emptied on `keep_until`, by a job (`finished_at`)."""

    privacy = Privacy(path="customer", retention="contact")

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="erasure")
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    #: by retention class: how many rows were emptied, deleted or kept
    counts = models.JSONField(default=dict)
    keep_until = models.DateField(_("kept until"), null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("erasure")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
