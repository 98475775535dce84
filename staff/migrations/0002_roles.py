"""The system roles and what they grant, from `staff/data/roles.json`."""

import json
from pathlib import Path

from django.db import migrations

PRESETS = Path(__file__).parent.parent / "data" / "roles.json"


def seed_roles(apps, schema_editor):
    role_model = apps.get_model("staff", "Role")
    grant_model = apps.get_model("staff", "Grant")
    using = schema_editor.connection.alias
    every = [value for value, _ in grant_model._meta.get_field("permission").choices]
    for preset in json.loads(PRESETS.read_text()):
        role = role_model.objects.using(using).create(
            code=preset["code"], name=preset["name"], description=preset["description"], is_system=True
        )
        wanted = every if preset["grants"] == "*" else preset["grants"]
        grant_model.objects.using(using).bulk_create(grant_model(role=role, permission=name) for name in wanted)


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial"), ("clinic", "0002_guards")]
    operations = [migrations.RunPython(seed_roles, migrations.RunPython.noop)]
