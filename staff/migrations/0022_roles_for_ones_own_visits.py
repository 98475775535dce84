"""A role may be held for the visits that one gives oneself alone."""

from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0013_backups'),
        ('staff', '0021_people_who_work_here'),
    ]

    operations = [
        migrations.AddField(
            model_name='roleheld',
            name='own_only',
            field=models.BooleanField(default=False, help_text='Only visits they give themselves, and whom they see in them.', verbose_name='own records only'),
        ),
        migrations.AddConstraint(
            model_name='roleheld',
            constraint=models.CheckConstraint(condition=models.Q(('own_only', False), ('branch__isnull', False), _connector='OR'), name='roleheld_own_at_one_branch', violation_error_message='For their own visits a role is given at one branch.'),
        ),
        migrations.RunSQL((Path(__file__).parent / "sql" / "0022_own.sql").read_text(), migrations.RunSQL.noop),
    ]
