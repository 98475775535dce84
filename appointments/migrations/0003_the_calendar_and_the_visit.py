"""Modes of giving out time, several treatments in a visit, queue, waitlist, notes, follow-ups, policies."""

import datetime
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0002_holds_do_not_overlap'),
        ('clinic', '0004_out_of_service'),
        ('customers', '0002_one_counter_for_branches_of_one_stem'),
        ('packages', '0002_what_treatments_need'),
        ('staff', '0006_rights_of_the_calendar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='VisitPolicy',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('kind', models.CharField(choices=[('deposit', 'Deposit'), ('no_show', 'Missed visit'), ('late_cancel', 'Late cancellation')], max_length=12, verbose_name='for')),
                ('category', models.CharField(blank=True, choices=[('skin', 'Skin'), ('hair', 'Hair'), ('laser', 'Laser'), ('consultation', 'Consultation')], max_length=12, verbose_name='category')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='amount, ₹')),
                ('percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='or percent of the price')),
                ('hours', models.PositiveSmallIntegerField(default=24, verbose_name='late means less than so many hours before')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to, inclusive')),
            ],
            options={
                'verbose_name': 'visit policy',
                'verbose_name_plural': 'visit policies',
                'ordering': ['kind', '-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('first_day', models.DateField(verbose_name='from')),
                ('last_day', models.DateField(verbose_name='until')),
                ('earliest', models.TimeField(null=True, verbose_name='not before')),
                ('latest', models.TimeField(null=True, verbose_name='not after')),
                ('any_practitioner', models.BooleanField(default=False, verbose_name='anybody who gives the treatment')),
            ],
            options={
                'verbose_name': 'wish',
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='booked_series',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='appointment',
            name='channel',
            field=models.CharField(choices=[('desk', 'At the desk'), ('phone', 'By phone'), ('online', 'Online')], default='desk', max_length=8, verbose_name='booked'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='chief_complaint',
            field=models.CharField(blank=True, max_length=300, verbose_name='chief complaint'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='fee',
            field=models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='fee, ₹'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='fee_kind',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='appointment',
            name='first_part',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later_parts', to='appointments.appointment'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='follows',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='appointments.appointment', verbose_name='follow-up of'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='number',
            field=models.CharField(default='', editable=False, max_length=20, verbose_name='number'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='appointment',
            name='part_number',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='part of the visit'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='priority',
            field=models.CharField(choices=[('normal', 'Normal'), ('priority', 'Priority'), ('urgent', 'Urgent'), ('emergency', 'Emergency')], default='normal', max_length=10, verbose_name='priority'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='priority_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='why first'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='reschedule_count',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='times moved'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='reschedule_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason of the last move'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='serial',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='serial number'),
        ),
        migrations.AddField(
            model_name='statuschange',
            name='was_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='statuschange',
            name='was_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='statuschange',
            name='was_with',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.practitioner'),
        ),
        migrations.AlterField(
            model_name='appointment',
            name='status',
            field=models.CharField(choices=[('requested', 'Requested'), ('waitlisted', 'Waitlisted'), ('scheduled', 'Scheduled'), ('confirmed', 'Confirmed'), ('arrived', 'Arrived'), ('in_queue', 'In queue'), ('in_consultation', 'In consultation'), ('completed', 'Completed'), ('cancelled', 'Cancelled'), ('no_show', 'No-show')], default='scheduled', max_length=16, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='hold',
            name='appointment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='appointments.appointment'),
        ),
        migrations.AlterField(
            model_name='statuschange',
            name='from_status',
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AlterField(
            model_name='statuschange',
            name='to_status',
            field=models.CharField(max_length=16),
        ),
        migrations.CreateModel(
            name='BookingRules',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('state_names', models.CharField(choices=[('own', "This product's"), ('clinic', 'Skin clinic: scheduled, confirmed, completed'), ('hospital', 'Hospital: checked in, in queue, with doctor'), ('outpatient', 'Outpatients by serial number: pending, arrived, consulting')], default='own', max_length=10, verbose_name="names of a visit's states")),
                ('allows_walk_ins', models.BooleanField(default=True, verbose_name='takes walk-ins')),
                ('allows_emergencies', models.BooleanField(default=True, verbose_name='takes emergencies beside booked visits')),
                ('daily_cap', models.PositiveSmallIntegerField(blank=True, default=40, null=True, verbose_name='most visits a day per practitioner')),
                ('half_day_at', models.TimeField(default=datetime.time(13, 0), verbose_name='the afternoon begins')),
                ('availability_lock_at', models.TimeField(blank=True, help_text='From this time on nobody changes who works tomorrow, but in an emergency. Empty: no lock.', null=True, verbose_name='evening lock')),
                ('follow_up_days', models.PositiveSmallIntegerField(default=7, verbose_name='free follow-up within days')),
                ('follow_up_visits', models.PositiveSmallIntegerField(default=1, verbose_name='free follow-ups per consultation')),
                ('offer_minutes', models.PositiveSmallIntegerField(default=30, verbose_name='minutes a freed time is kept for an offer')),
                ('queues_on_check_in', models.BooleanField(default=False, verbose_name='a token with every check-in')),
                ('priority_every', models.PositiveSmallIntegerField(default=3, help_text='0: priority always goes first.', verbose_name='one priority after so many others')),
                ('priority_cap', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='most priority visits a day per practitioner')),
                ('display_key', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, unique=True)),
                ('branch', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='booking_rules', to='clinic.branch', verbose_name='branch')),
            ],
            options={
                'verbose_name': 'calendar settings',
                'verbose_name_plural': 'calendar settings',
            },
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('kind', models.CharField(choices=[('deposit', 'Deposit'), ('no_show', 'Missed visit'), ('late_cancel', 'Late cancellation')], max_length=12, verbose_name='for')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount, ₹')),
                ('status', models.CharField(choices=[('due', 'Due'), ('waived', 'Waived')], default='due', max_length=8, verbose_name='status')),
                ('waived_at', models.DateTimeField(null=True)),
                ('waive_reason', models.CharField(blank=True, max_length=200, verbose_name='why waived')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='appointments.appointment')),
                ('waived_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'charge of a visit',
            },
        ),
        migrations.CreateModel(
            name='ConsultationNote',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('complaint', models.TextField(blank=True, verbose_name='complaint')),
                ('finding', models.TextField(blank=True, verbose_name='finding')),
                ('diagnosis', models.TextField(blank=True, verbose_name='diagnosis')),
                ('plan', models.TextField(blank=True, verbose_name='plan')),
                ('private', models.TextField(blank=True, verbose_name='private, for yourself')),
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='consultation', to='appointments.appointment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'consultation note',
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('due_on', models.DateField(verbose_name='come back on')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='what for')),
                ('dropped_at', models.DateTimeField(null=True)),
                ('drop_reason', models.CharField(blank=True, max_length=200, verbose_name='why not')),
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='follow_up', to='appointments.appointment')),
                ('booked', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='appointments.appointment')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.branch')),
                ('dropped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'follow-up',
                'ordering': ['due_on'],
            },
        ),
        migrations.CreateModel(
            name='FreeFollowUp',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('valid_until', models.DateField()),
                ('first_visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='free_follow_ups', to='appointments.appointment')),
                ('used_by', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='free_follow_up_used', to='appointments.appointment')),
            ],
            options={
                'verbose_name': 'free follow-up',
            },
        ),
        migrations.CreateModel(
            name='NumberYear',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('year', models.PositiveSmallIntegerField()),
                ('last_number', models.PositiveIntegerField(default=0)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.branch')),
            ],
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('held_until', models.DateTimeField()),
                ('status', models.CharField(choices=[('held', 'Offered'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('expired', 'Expired')], default='held', max_length=8, verbose_name='status')),
                ('settled_at', models.DateTimeField(null=True)),
                ('appointment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='appointments.appointment')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.branch')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('practitioner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.practitioner')),
                ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='packages.session')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('treatment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='packages.treatment')),
            ],
            options={
                'verbose_name': 'offer',
                'ordering': ['held_until'],
            },
        ),
        migrations.AddField(
            model_name='hold',
            name='offer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='appointments.offer'),
        ),
        migrations.CreateModel(
            name='ParameterValue',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('name', models.CharField(max_length=60)),
                ('unit', models.CharField(blank=True, max_length=20)),
                ('value', models.CharField(max_length=200)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parameters', to='appointments.appointment')),
                ('parameter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='packages.parameter')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='QueueDay',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('day', models.DateField()),
                ('last_token', models.PositiveSmallIntegerField(default=0)),
                ('last_priority', models.PositiveSmallIntegerField(default=0)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.branch')),
                ('practitioner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='queue_days', to='staff.practitioner')),
            ],
            options={
                'verbose_name': 'queue of a day',
            },
        ),
        migrations.CreateModel(
            name='QueueEntry',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('token', models.CharField(max_length=8, verbose_name='token')),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('called', 'Called'), ('in_consultation', 'In consultation'), ('completed', 'Completed'), ('skipped', 'Skipped'), ('left', 'Left')], default='waiting', max_length=16, verbose_name='status')),
                ('joined_at', models.DateTimeField()),
                ('called_at', models.DateTimeField(null=True)),
                ('call_count', models.PositiveSmallIntegerField(default=0)),
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='queue_entry', to='appointments.appointment')),
                ('queue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='appointments.queueday')),
            ],
            options={
                'verbose_name': 'place in the queue',
                'ordering': ['joined_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('day', models.DateField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('mode', models.CharField(choices=[('slot', 'Times'), ('serial', 'Serial numbers'), ('queue', 'Open queue')], max_length=6)),
                ('last_serial', models.PositiveSmallIntegerField(default=0)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.branch')),
                ('practitioner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='staff.practitioner')),
            ],
            options={
                'verbose_name': 'sitting',
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='sitting',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='appointments.sitting'),
        ),
        migrations.AddField(
            model_name='hold',
            name='sitting',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='appointments.sitting'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('serial__isnull', False)), fields=('sitting', 'serial'), name='appointment_serial_never_again'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('serial__isnull', True), ('sitting__isnull', False), _connector='OR'), name='appointment_serial_in_sitting'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_part__isnull', True), ('part_number', 1)), models.Q(('first_part__isnull', False), ('part_number__gt', 1)), _connector='OR'), name='appointment_parts_in_order'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appointment__isnull', False), ('offer__isnull', True), ('sitting__isnull', True)), models.Q(('appointment__isnull', True), ('offer__isnull', True), ('sitting__isnull', False)), models.Q(('appointment__isnull', True), ('offer__isnull', False), ('sitting__isnull', True)), _connector='OR'), name='hold_has_one_owner'),
        ),
        migrations.AddField(
            model_name='visitpolicy',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='clinic.branch', verbose_name='branch'),
        ),
        migrations.AddField(
            model_name='visitpolicy',
            name='treatment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='packages.treatment', verbose_name='treatment'),
        ),
        migrations.AddField(
            model_name='charge',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='appointments.visitpolicy'),
        ),
        migrations.AddField(
            model_name='wish',
            name='appointment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='wish', to='appointments.appointment'),
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(fields=['branch', 'due_on'], name='followup_by_branch'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dropped_at__isnull', True), ('dropped_by__isnull', True)), models.Q(('dropped_at__isnull', False), ('dropped_by__isnull', False)), _connector='OR'), name='followup_dropped_pair'),
        ),
        migrations.AddConstraint(
            model_name='freefollowup',
            constraint=models.UniqueConstraint(fields=('first_visit', 'number'), name='freefollowup_once'),
        ),
        migrations.AddConstraint(
            model_name='numberyear',
            constraint=models.UniqueConstraint(fields=('branch', 'year'), name='numberyear_once'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(condition=models.Q(('status', 'held')), fields=['branch', 'held_until'], name='offer_open'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('appointment__isnull', False), ('session__isnull', False), _connector='OR'), name='offer_to_a_wish_or_a_session'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('status', 'held')), models.Q(models.Q(('status', 'held'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='offer_settled_pair'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('appointment__isnull', False), ('status', 'held')), fields=('appointment',), name='offer_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='parametervalue',
            constraint=models.UniqueConstraint(fields=('appointment', 'parameter'), name='parametervalue_once'),
        ),
        migrations.AddConstraint(
            model_name='queueday',
            constraint=models.UniqueConstraint(fields=('practitioner', 'day'), name='queueday_once'),
        ),
        migrations.AddConstraint(
            model_name='queueentry',
            constraint=models.UniqueConstraint(fields=('queue', 'token'), name='queueentry_token_once'),
        ),
        migrations.AddConstraint(
            model_name='queueentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('call_count', 0), ('called_at__isnull', True)), models.Q(('call_count__gt', 0), ('called_at__isnull', False)), _connector='OR'), name='queueentry_called_pair'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.UniqueConstraint(fields=('practitioner', 'starts_at'), name='sitting_once'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='sitting_in_order'),
        ),
        migrations.AddConstraint(
            model_name='visitpolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gte', 0), ('percent__isnull', True)), models.Q(('amount__isnull', True), ('percent__gte', 0), ('percent__lte', 100)), _connector='OR'), name='visitpolicy_amount_or_percent', violation_error_message='Give either an amount or a percentage up to 100.'),
        ),
        migrations.AddConstraint(
            model_name='visitpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='visitpolicy_dates', violation_error_message="The last day isn't before the first."),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.UniqueConstraint(fields=('appointment', 'kind'), name='charge_once_per_visit_and_kind'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'waived'), ('waived_at__isnull', False), ('waived_by__isnull', False), models.Q(('waive_reason', ''), _negated=True)), models.Q(models.Q(('status', 'waived'), _negated=True), ('waive_reason', ''), ('waived_at__isnull', True), ('waived_by__isnull', True)), _connector='OR'), name='charge_waived_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day')), models.Q(('earliest__isnull', True), ('latest__isnull', True), ('latest__gte', models.F('earliest')), _connector='OR')), name='wish_in_order', violation_error_message='The last day or time is before the first.'),
        ),
    ]
