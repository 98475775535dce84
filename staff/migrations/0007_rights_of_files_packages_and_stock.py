"""Give the system roles what `staff/data/roles.json` says of the new rights, and add the stock keeper."""

import json
from pathlib import Path

from django.db import migrations

PRESETS = Path(__file__).parent.parent / "data" / "roles.json"
NEW = [
    "customers.identity", "customers.merge", "customers.erase", "files.view", "files.add", "packages.change",
    "packages.return", "sessions.undo", "inventory.approve", "inventory.export", "purchasing.view",
    "purchasing.order", "purchasing.approve", "purchasing.receive", "imports.run",
]  # fmt: skip
ADDED = "stockkeeper"


def give(apps, schema_editor):
    using = schema_editor.connection.alias
    role, grant = apps.get_model("staff", "Role"), apps.get_model("staff", "Grant")
    for preset in json.loads(PRESETS.read_text()):
        kept = role.objects.using(using).filter(code=preset["code"]).first()
        wanted = NEW if preset["grants"] == "*" else [name for name in NEW if name in preset["grants"]]
        if kept is None and preset["code"] == ADDED:
            wanted = preset["grants"]
            kept = role.objects.using(using).create(
                code=ADDED, name=preset["name"], description=preset["description"], is_system=True
            )
        if kept and kept.is_system:
            grant.objects.using(using).bulk_create(
                [grant(role=kept, permission=name) for name in wanted], ignore_conflicts=True
            )


class Migration(migrations.Migration):
    dependencies = [("staff", "0006_rights_of_the_calendar")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
