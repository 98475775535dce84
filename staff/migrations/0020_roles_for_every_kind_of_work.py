"""Fourteen system roles with the rights of `staff/data/roles.json`, and what the database itself holds of roles."""

import json
from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent
PRESETS = HERE.parent / "data" / "roles.json"
NEW = ["staff.view", "staff.create", "staff.change", "staff.print", "leave.approve"]
ADDED = ["manager", "nurse", "cashier", "accountant", "pharmacist", "optical", "employee", "viewer"]


def give(apps, schema_editor):
    using = schema_editor.connection.alias
    role, grant = apps.get_model("staff", "Role"), apps.get_model("staff", "Grant")
    for preset in json.loads(PRESETS.read_text()):
        kept = role.objects.using(using).filter(code=preset["code"]).first()
        wanted = NEW if preset["grants"] == "*" else [name for name in NEW if name in preset["grants"]]
        if kept is None and preset["code"] in ADDED:
            wanted = preset["grants"]
            kept = role.objects.using(using).create(
                code=preset["code"], name=preset["name"], description=preset["description"], is_system=True
            )
        if kept and kept.is_system:
            grant.objects.using(using).bulk_create(
                [grant(role=kept, permission=name) for name in wanted], ignore_conflicts=True
            )
    # A house's own role that administers people has done all of this in one.
    for own in role.objects.using(using).filter(is_system=False, grants__permission="staff.configure"):
        grant.objects.using(using).bulk_create(
            [grant(role=own, permission=name) for name in NEW], ignore_conflicts=True
        )


class Migration(migrations.Migration):
    dependencies = [("staff", "0014_sessions_end_with_the_login")]
    operations = [
        migrations.RunPython(give, migrations.RunPython.noop),
        migrations.RunSQL((HERE / "sql" / "0020_roles.sql").read_text(), migrations.RunSQL.noop),
    ]
