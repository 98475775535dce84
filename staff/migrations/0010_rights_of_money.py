"""Give the system roles what `staff/data/roles.json` says of the rights of billing; roles may cap discounts."""

import json
from pathlib import Path

from django.db import migrations, models

import clinic.permissions

PRESETS = Path(__file__).parent.parent / "data" / "roles.json"
NEW = [
    "billing.cancel", "billing.credit", "billing.exempt", "billing.refund", "billing.approve", "billing.export",
    "billing.lock", "online.view", "drawers.view", "drawers.verify",
]  # fmt: skip


def give(apps, schema_editor):
    using = schema_editor.connection.alias
    role, grant = apps.get_model("staff", "Role"), apps.get_model("staff", "Grant")
    for preset in json.loads(PRESETS.read_text()):
        kept = role.objects.using(using).filter(code=preset["code"], is_system=True).first()
        if kept:
            wanted = NEW if preset["grants"] == "*" else [name for name in NEW if name in preset["grants"]]
            grant.objects.using(using).bulk_create(
                [grant(role=kept, permission=name) for name in wanted], ignore_conflicts=True
            )


class Migration(migrations.Migration):
    dependencies = [("staff", "0009_saved_views")]
    operations = [
        migrations.AlterField(
            model_name="grant",
            name="permission",
            field=models.CharField(
                choices=clinic.permissions.choices, max_length=60, verbose_name="permission"
            ),
        ),
        migrations.AddField(
            model_name="role",
            name="discount_cap",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Of a whole invoice, without somebody's approval. Empty: any.",
                max_digits=5,
                null=True,
                verbose_name="largest discount, percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount_cap__isnull", True), ("discount_cap__range", (0, 100)), _connector="OR"
                ),
                name="role_discount_cap_is_a_percentage",
                violation_error_message="A percentage lies between 0 and 100.",
            ),
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
