"""A refund through the gateway keeps the gateway's words, and is given by hand where the gateway failed."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0015_print_runs"),
        ("clinic", "0013_backups"),
        ("customers", "0007_lists_in_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="gateway_said",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gateway_status", "asked"), _negated=True),
                    models.Q(("mode", "online"), ("status", "approved")),
                    _connector="OR",
                ),
                name="refund_asked_waits_for_its_gateway",
            ),
        ),
        migrations.RunSQL((SQL / "0016_guards.sql").read_text(), migrations.RunSQL.noop),
    ]
