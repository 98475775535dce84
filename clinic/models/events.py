"""What happened, to be told to whoever listens, after the transaction that made it true."""

from django.db import models
from django.utils import timezone

from .base import Row


class Event(Row):
    """Values only, no foreign keys: an event outlives what it speaks of. Business logic never reads events."""

    deletable = True

    verb = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    branch_id = models.UUIDField(null=True)
    by_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                name="event_undelivered", fields=["id"], condition=models.Q(delivered_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.verb


class Delivery(models.Model):
    """Proof that one subscriber has heard one event: its primary key makes hearing it twice impossible."""

    pk = models.CompositePrimaryKey("event_id", "subscriber")
    event_id = models.UUIDField()
    subscriber = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    append_only = True
    deletable = False
    privacy = None

    def __str__(self) -> str:
        return f"{self.subscriber} heard {self.event_id}"
