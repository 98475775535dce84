"""The audit table as Django sees it. The database owns it: partitions and triggers come from RunSQL."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditRow(models.Model):
    """One changed row: who, when, from where, and the columns before and after. Written by trigger alone."""

    class Action(models.TextChoices):
        INSERT = "I", _("created")
        UPDATE = "U", _("changed")
        DELETE = "D", _("deleted")

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    table_name = models.TextField()
    row_id = models.TextField()
    action = models.CharField(max_length=1, choices=Action)
    changed = models.JSONField()
    by_id = models.UUIDField(null=True)
    ip = models.GenericIPAddressField(null=True)
    agent = models.TextField()
    path = models.TextField()
    request_id = models.TextField()

    class Meta:
        managed = False
        db_table = "clinic_audit"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.get_action_display()}"


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
