"""A break with only one end passed the check, because a comparison with nothing is not false; and words for refusals."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0003_export_is_a_permission'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='weeklyhours',
            name='weeklyhours_in_order',
        ),
        migrations.AddConstraint(
            model_name='weeklyhours',
            constraint=models.CheckConstraint(condition=models.Q(('starts__lt', models.F('ends')), models.Q(models.Q(('break_ends__isnull', True), ('break_starts__isnull', True)), models.Q(('break_ends__gt', models.F('break_starts')), ('break_ends__isnull', False), ('break_ends__lte', models.F('ends')), ('break_starts__gte', models.F('starts')), ('break_starts__isnull', False)), _connector='OR')), name='weeklyhours_in_order', violation_error_message='The hours must be in order, and the break inside them.'),
        ),
        migrations.AlterConstraint(
            model_name='user',
            name='user_username_once',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='user_username_once', violation_error_message='Somebody has this user name already.'),
        ),
        migrations.AlterConstraint(
            model_name='user',
            name='user_email_once',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='user_email_once', violation_error_message='Somebody has this e-mail address already.'),
        ),
    ]
