"""Seeing the audit, and taking it out as a file, are rights: given to the system roles as `staff/data/roles.json` says."""

import json
from pathlib import Path

from django.db import migrations, models

PRESETS = Path(__file__).parent.parent / "data" / "roles.json"
NEW = ["audit.view", "audit.export"]


def give(apps, schema_editor):
    using = schema_editor.connection.alias
    grant = apps.get_model("staff", "Grant")
    roles = {role.code: role for role in apps.get_model("staff", "Role").objects.using(using).filter(is_system=True)}
    for preset in json.loads(PRESETS.read_text()):
        wanted = NEW if preset["grants"] == "*" else [name for name in NEW if name in preset["grants"]]
        if preset["code"] in roles:
            grant.objects.using(using).bulk_create(
                [grant(role=roles[preset["code"]], permission=name) for name in wanted], ignore_conflicts=True
            )


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0011_departments'),
    ]

    operations = [
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
