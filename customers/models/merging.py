"""Two records of one person made one, each step written down so that it can be taken back."""

import datetime
from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Row
from clinic.privacy import Privacy

from .people import Customer

if TYPE_CHECKING:
    from staff.models import User

UNDO_WITHIN = datetime.timedelta(days=30)


class MergeQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "MergeQuerySet":
        return self.filter(kept__in=Customer.objects.visible_to(user).values("pk"))

    def standing(self) -> "MergeQuerySet":
        return self.filter(undone_at=None)


class Merge(Row):
    """`merged` became part of `kept`. `changed` holds, by column, what `kept` had before and has since."""

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="merges", verbose_name=_("kept"))
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("merged"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    was_active = models.BooleanField(default=True)  # the merged record, before
    changed = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    objects = MergeQuerySet.as_manager()
    privacy = Privacy(path="kept", retention="contact", secret=("changed",))

    class Meta:
        verbose_name = _("merge")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("merged"))),
            models.UniqueConstraint(
                name="merge_once_at_a_time", fields=["merged"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(
                name="merge_undone_pair",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"

    @property
    def undo_until(self) -> datetime.datetime:
        return self.created_at + UNDO_WITHIN

    @property
    def may_be_undone(self) -> bool:
        return self.undone_at is None and timezone.now() < self.undo_until


class Move(Row):
    """One row of another table that a merge pointed to the kept record: its model, its key, and the column."""

    append_only = True
    privacy = Privacy(path="merge__kept", retention="contact")

    merge = models.ForeignKey(Merge, models.PROTECT, related_name="moves")
    model = models.CharField(max_length=80)
    row_id = models.CharField(max_length=64)
    column = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="move_once_per_merge", fields=["merge", "model", "row_id", "column"])
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row_id}"
