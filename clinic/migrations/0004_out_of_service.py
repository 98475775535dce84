"""Stretches of time in which a room or device can't be used."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0003_breaks_are_whole'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutOfService',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='out_of_service', to='clinic.resource')),
            ],
            options={
                'verbose_name': 'out of service',
                'verbose_name_plural': 'out of service',
                'ordering': ['-starts_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='outofservice_in_order', violation_error_message='It is back before it is out of service.')],
            },
        ),
    ]
