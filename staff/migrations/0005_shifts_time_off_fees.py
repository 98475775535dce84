"""Shifts in three modes, hours of single days, time off, fees; a practitioner's switch, cap and place in a chain."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0004_out_of_service'),
        ('staff', '0004_breaks_are_whole'),
    ]

    operations = [
        migrations.CreateModel(
            name='DayHours',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='shift')),
                ('starts', models.TimeField(verbose_name='from')),
                ('ends', models.TimeField(verbose_name='to')),
                ('break_starts', models.TimeField(blank=True, null=True, verbose_name='break from')),
                ('break_ends', models.TimeField(blank=True, null=True, verbose_name='break to')),
                ('mode', models.CharField(choices=[('slot', 'Times'), ('serial', 'Serial numbers'), ('queue', 'Open queue')], default='slot', max_length=6, verbose_name='given out by')),
                ('slot_minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='slot length, minutes')),
                ('minutes_before', models.PositiveSmallIntegerField(default=0, verbose_name='minutes before each visit')),
                ('minutes_after', models.PositiveSmallIntegerField(default=0, verbose_name='minutes after each visit')),
                ('per_slot', models.PositiveSmallIntegerField(default=1, verbose_name='people per slot (serial numbers)')),
                ('cap', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='most people in the shift')),
                ('overflow', models.CharField(choices=[('last', 'Last slot'), ('waitlist', 'Waitlist'), ('stop', 'No more bookings')], default='stop', max_length=8, verbose_name='after that')),
                ('day', models.DateField(verbose_name='day')),
            ],
            options={
                'verbose_name': 'hours of one day',
                'verbose_name_plural': 'hours of single days',
                'ordering': ['day', 'starts'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Fee',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('kind', models.CharField(choices=[('consultation', 'Consultation'), ('follow_up', 'Follow-up'), ('priority', 'Priority'), ('emergency', 'Emergency')], max_length=12, verbose_name='kind of visit')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount, ₹')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to, inclusive')),
            ],
            options={
                'verbose_name': 'fee',
                'ordering': ['kind', 'practitioner', '-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='TimeOff',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
                ('part', models.CharField(choices=[('full_day', 'Whole day'), ('morning', 'Morning'), ('afternoon', 'Afternoon')], default='full_day', max_length=10, verbose_name='part of the day')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('status', models.CharField(choices=[('pending', 'Asked for'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='pending', max_length=10, verbose_name='status')),
                ('decided_at', models.DateTimeField(null=True)),
                ('comment', models.CharField(blank=True, max_length=200, verbose_name='comment')),
            ],
            options={
                'verbose_name': 'time off',
                'verbose_name_plural': 'time off',
                'ordering': ['-first_day', 'id'],
            },
        ),
        migrations.AddField(
            model_name='practitioner',
            name='daily_cap',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='most visits a day'),
        ),
        migrations.AddField(
            model_name='practitioner',
            name='is_available',
            field=models.BooleanField(default=True, help_text='Off: takes no walk-ins and calls nobody in; bookings stay.', verbose_name='available now'),
        ),
        migrations.AddField(
            model_name='practitioner',
            name='position',
            field=models.PositiveSmallIntegerField(blank=True, help_text='1 sees people first, then 2, then 3.', null=True, verbose_name='place in a chain'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='cap',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='most people in the shift'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='minutes_after',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='minutes after each visit'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='minutes_before',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='minutes before each visit'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='mode',
            field=models.CharField(choices=[('slot', 'Times'), ('serial', 'Serial numbers'), ('queue', 'Open queue')], default='slot', max_length=6, verbose_name='given out by'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='name',
            field=models.CharField(blank=True, max_length=40, verbose_name='shift'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='overflow',
            field=models.CharField(choices=[('last', 'Last slot'), ('waitlist', 'Waitlist'), ('stop', 'No more bookings')], default='stop', max_length=8, verbose_name='after that'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='per_slot',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='people per slot (serial numbers)'),
        ),
        migrations.AddField(
            model_name='weeklyhours',
            name='slot_minutes',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='slot length, minutes'),
        ),
        migrations.AlterField(
            model_name='grant',
            name='permission',
            field=models.CharField(choices=[('dashboard.view', 'See the dashboard'), ('money.view', 'See takings and what is owed'), ('customers.view', 'See customers'), ('customers.create', 'Register customers'), ('customers.change', 'Change customers'), ('customers.export', 'Take the list of customers out as a file'), ('appointments.view', 'See appointments'), ('appointments.create', 'Book appointments'), ('appointments.change', 'Confirm, check in, move and cancel appointments'), ('appointments.prioritise', 'Book priority and emergency visits'), ('visits.complete', 'Start and complete visits'), ('notes.view', 'Read consultation notes'), ('queue.manage', 'Call people from the queue'), ('charges.waive', 'Waive deposits and fees for missed visits'), ('availability.manage', 'Mark practitioners as available or off'), ('availability.override', 'Change availability after the evening lock'), ('packages.view', 'See packages'), ('packages.enrol', 'Enrol customers in packages'), ('inventory.view', 'See stock'), ('inventory.change', 'Take stock in and adjust it'), ('billing.view', 'See invoices'), ('billing.create', 'Draft and issue invoices'), ('billing.collect', 'Take payments'), ('billing.print', 'Print invoices'), ('messages.send', 'Send messages'), ('staff.configure', 'Administer people and roles'), ('settings.configure', 'Administer prices, taxes and settings')], max_length=60, verbose_name='permission'),
        ),
        migrations.AddConstraint(
            model_name='weeklyhours',
            constraint=models.CheckConstraint(condition=models.Q(('per_slot__gte', 1), models.Q(('cap__isnull', True), ('cap__gte', 1), _connector='OR'), models.Q(('slot_minutes__isnull', True), models.Q(('slot_minutes__gte', 5), ('slot_minutes__lte', 720)), _connector='OR')), name='weeklyhours_numbers', violation_error_message='A slot lasts 5 to 720 minutes, and at least one person fits into a slot and a shift.'),
        ),
        migrations.AddField(
            model_name='dayhours',
            name='practitioner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='day_hours', to='staff.practitioner'),
        ),
        migrations.AddField(
            model_name='fee',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='clinic.branch', verbose_name='branch'),
        ),
        migrations.AddField(
            model_name='fee',
            name='practitioner',
            field=models.ForeignKey(blank=True, help_text='Empty: everybody at the branch who has no fee of their own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='staff.practitioner', verbose_name='practitioner'),
        ),
        migrations.AddField(
            model_name='timeoff',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='timeoff',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='timeoff',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_off', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddConstraint(
            model_name='dayhours',
            constraint=models.CheckConstraint(condition=models.Q(('starts__lt', models.F('ends')), models.Q(models.Q(('break_ends__isnull', True), ('break_starts__isnull', True)), models.Q(('break_ends__gt', models.F('break_starts')), ('break_ends__isnull', False), ('break_ends__lte', models.F('ends')), ('break_starts__gte', models.F('starts')), ('break_starts__isnull', False)), _connector='OR')), name='dayhours_in_order', violation_error_message='The hours must be in order, and the break inside them.'),
        ),
        migrations.AddConstraint(
            model_name='dayhours',
            constraint=models.CheckConstraint(condition=models.Q(('per_slot__gte', 1), models.Q(('cap__isnull', True), ('cap__gte', 1), _connector='OR'), models.Q(('slot_minutes__isnull', True), models.Q(('slot_minutes__gte', 5), ('slot_minutes__lte', 720)), _connector='OR')), name='dayhours_numbers', violation_error_message='A slot lasts 5 to 720 minutes, and at least one person fits into a slot and a shift.'),
        ),
        migrations.AddConstraint(
            model_name='fee',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR')), name='fee_amount_and_dates', violation_error_message="A fee isn't negative, and its last day isn't before its first."),
        ),
        migrations.AddConstraint(
            model_name='fee',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('branch', 'practitioner', 'kind', 'valid_from'), name='fee_once_per_start', nulls_distinct=False, violation_error_message='There is a fee of that kind from that day on already.'),
        ),
        migrations.AddIndex(
            model_name='timeoff',
            index=models.Index(fields=['person', 'last_day'], name='timeoff_by_person'),
        ),
        migrations.AddConstraint(
            model_name='timeoff',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='timeoff_days_in_order', violation_error_message='The last day is before the first.'),
        ),
        migrations.AddConstraint(
            model_name='timeoff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('status', 'pending')), models.Q(models.Q(('status', 'pending'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='timeoff_decided_pair'),
        ),
    ]
