"""Language and time zone have an effect now, for every login; one without a staff number has them too.

English was everybody's without being chosen: it becomes what the browser asks for.
"""

import clinic.models.organisation
from django.db import migrations, models

TAKE_OVER = """
UPDATE staff_user SET language = CASE e.language WHEN 'hi' THEN 'hi' ELSE '' END, time_zone = e.time_zone
FROM staff_employee e WHERE e.user_id = staff_user.id AND (e.language = 'hi' OR e.time_zone <> '')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0022_roles_for_ones_own_visits'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='language',
            field=models.CharField(blank=True, choices=[('en-in', 'English'), ('hi', 'हिन्दी')], help_text='Empty: what the browser asks for, or what was chosen on the sign-in page.', max_length=5, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='user',
            name='time_zone',
            field=models.CharField(blank=True, help_text="Empty: the branch's. The calendar always shows the branch's time.", max_length=40, validators=[clinic.models.organisation.check_time_zone], verbose_name='own time zone'),
        ),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
        migrations.RemoveField(model_name='employee', name='language'),
        migrations.RemoveField(model_name='employee', name='time_zone'),
    ]
