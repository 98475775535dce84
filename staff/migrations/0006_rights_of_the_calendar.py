"""Give the system roles what `staff/data/roles.json` says of the calendar's new rights; a clinic's own roles stay."""

import json
from pathlib import Path

from django.db import migrations

PRESETS = Path(__file__).parent.parent / "data" / "roles.json"
NEW = [
    "appointments.prioritise", "notes.view", "queue.manage", "charges.waive", "availability.manage",
    "availability.override",
]  # fmt: skip


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
    dependencies = [("staff", "0005_shifts_time_off_fees")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
