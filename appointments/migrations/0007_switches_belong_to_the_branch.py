"""Walk-ins and emergencies are switched where every page knows the switch: on the branch itself."""

from typing import Any

from django.db import migrations


def move(apps: Any, editor: Any) -> None:
    rules, branches = apps.get_model("appointments", "BookingRules"), apps.get_model("clinic", "Branch")
    using = editor.connection.alias
    for one in rules.objects.using(using).all():
        branches.objects.using(using).filter(pk=one.branch_id).update(
            allows_walk_ins=one.allows_walk_ins, allows_emergencies=one.allows_emergencies
        )


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0006_what_a_visit_let_go"),
        ("clinic", "0007_what_a_house_decides"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveField("bookingrules", "allows_walk_ins"),
        migrations.RemoveField("bookingrules", "allows_emergencies"),
    ]
