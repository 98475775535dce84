"""A word after a visit, about a follow-up that is due, and about a time that has become free."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_alert_names_its_customer'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('booked', 'Appointment booked'), ('confirmed', 'Appointment confirmed'), ('reminder', 'Reminder'), ('session', 'Session completed'), ('nearly_done', 'Package nearly done'), ('completed', 'Visit completed'), ('follow_up', 'Follow-up due'), ('offer', 'A time has become free')], max_length=12, verbose_name='kind'),
        ),
    ]
