"""The waiting room's screen is opened by 128 random bits; a UUID of version 7 has 74. Screens are opened once more."""

from typing import Any

from django.db import migrations, models

import appointments.models.rules


def renew(apps: Any, editor: Any) -> None:
    rules = apps.get_model("appointments", "BookingRules").objects.using(editor.connection.alias)
    for one in rules.all():
        rules.filter(pk=one.pk).update(display_key=appointments.models.rules.new_display_key())


class Migration(migrations.Migration):
    dependencies = [("appointments", "0007_switches_belong_to_the_branch")]

    operations = [
        migrations.AlterField(
            "bookingrules",
            "display_key",
            models.CharField(
                default=appointments.models.rules.new_display_key, editable=False, max_length=36, unique=True
            ),
        ),
        migrations.RunPython(renew, migrations.RunPython.noop),
    ]
