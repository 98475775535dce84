"""A form that creates something carries a key; the first answer to it is the only one."""

from django.db import models


class IdempotencyKey(models.Model):
    """One submitted form. Written in the transaction of the work itself, so that both stand or fall together."""

    person_id = models.UUIDField()
    key = models.UUIDField()
    path = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    append_only = False
    deletable = True
    privacy = None

    class Meta:
        constraints = [models.UniqueConstraint(name="idempotency_person_key", fields=["person_id", "key"])]

    def __str__(self) -> str:
        return f"{self.path} {self.key}"
