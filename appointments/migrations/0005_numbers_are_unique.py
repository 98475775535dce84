"""Every visit has its number by now."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0004_numbers_of_earlier_visits'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(fields=('branch', 'number'), name='appointment_number_once_per_branch'),
        ),
    ]
