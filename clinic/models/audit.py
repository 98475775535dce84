"""The audit's tables as Django sees them. The database owns the rows: partitions, triggers and functions come from RunSQL."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission


class AuditQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Who holds the right to see the audit at every branch sees all of it; anybody else, the branch worked at.

        A row belongs to the branch of its record; where the record has none (a price, a role, the line of a bill), to the
        branch worked at by whoever wrote it. What a job wrote of such records belongs to no branch.
        """
        if user.may_everywhere(Permission.AUDIT_VIEW):
            return self.all()
        return self.filter(branch_id=user.branch_id) if user.branch_id else self.none()

    def changes(self) -> Self:
        """Written by the row triggers: what was created, changed or deleted."""
        return self.filter(action__in=AuditRow.CHANGES)


class AuditRow(models.Model):
    """One changed row with the columns before and after, or one thing that somebody did without changing any.

    `changed` holds pairs by column for a change, plain values for the others.
    """

    class Action(models.TextChoices):
        INSERT = "I", _("created")
        UPDATE = "U", _("changed")
        DELETE = "D", _("deleted")
        SIGN_IN = "S", _("signed in")
        SIGN_OUT = "O", _("signed out")
        FAILED = "F", _("failed sign-in")
        READ = "R", _("looked at")
        EXPORT = "X", _("taken out as a file")
        PRINT = "P", _("printed")
        DENIED = "N", _("refused")
        DROPPED = "T", _("old months dropped")

    CHANGES = (Action.INSERT, Action.UPDATE, Action.DELETE)

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    table_name = models.TextField()
    row_id = models.TextField()
    action = models.CharField(max_length=1, choices=Action)
    changed = models.JSONField()
    by_id = models.UUIDField(null=True)
    branch_id = models.UUIDField(null=True)
    ip = models.GenericIPAddressField(null=True)
    agent = models.TextField()
    path = models.TextField()
    request_id = models.TextField()

    objects = AuditQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "clinic_audit"
        ordering = ["-id"]
        verbose_name = _("audit")

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.get_action_display()}"

    @property
    def is_change(self) -> bool:
        return self.action in self.CHANGES


class AuditPersonalValue(models.Model):
    """Personal values kept apart from the audit row, which holds their salted hash: erasure removes these alone."""

    audit_id = models.BigIntegerField()
    column_name = models.TextField()
    before_and_after = ArrayField(models.TextField(null=True), size=2)
    salt = models.TextField()

    class Meta:
        managed = False
        db_table = "clinic_audit_personal"

    def __str__(self) -> str:
        return f"{self.audit_id} {self.column_name}"


class AuditSeal(models.Model):
    """One link of the chain over the audit's rows, written by `clinic_audit_seal` alone.

    It covers the rows with ids above `above` whose (transaction, id) lies after the "from" pair, up to the "to" pair.
    `prints` holds 32 bytes for each, in that order: id, time in microseconds, and the first half of the row's SHA-256.
    `sha256` is that of the other columns, the previous seal's among them, and of `prints`. A `run` is the time for
    which the server counted its transactions upwards: a backup read into another server begins the next.
    """

    append_only = True
    kept_by_trigger = True
    deletable = False
    privacy = None

    number = models.PositiveIntegerField(primary_key=True)
    run = models.PositiveSmallIntegerField()
    above = models.BigIntegerField()
    from_transaction = models.BigIntegerField()
    from_id = models.BigIntegerField()
    to_transaction = models.BigIntegerField()
    to_id = models.BigIntegerField()
    highest_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    prints = models.BinaryField()
    previous = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("seal of the audit")
        ordering = ["number"]
        indexes = [models.Index(fields=["to_transaction", "to_id"], name="auditseal_to")]

    def __str__(self) -> str:
        return f"{self.number} {self.sha256[:12]}"
