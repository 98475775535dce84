"""Employees with their numbers, postings and cards; leave counts its days and is decided by somebody else."""

from pathlib import Path

import clinic.models.organisation
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0013_backups'),
        ('staff', '0020_roles_for_every_kind_of_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='Employee',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('number', models.CharField(max_length=12, unique=True, verbose_name='staff number')),
                ('code', models.CharField(max_length=10, unique=True, verbose_name='employee code')),
                ('position', models.CharField(blank=True, max_length=80, verbose_name='position')),
                ('qualification', models.CharField(blank=True, max_length=200, verbose_name='qualification')),
                ('registration_authority', models.CharField(blank=True, max_length=120, verbose_name='council')),
                ('practising_since', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='practising since, year')),
                ('about', models.TextField(blank=True, max_length=1000, verbose_name='about')),
                ('joined_on', models.DateField(blank=True, null=True, verbose_name='joined')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='left')),
                ('language', models.CharField(choices=[('en-in', 'English'), ('hi', 'Hindi')], default='en-in', max_length=5, verbose_name='language')),
                ('time_zone', models.CharField(blank=True, help_text="Empty: the branch's. The calendar always shows the branch's time.", max_length=40, validators=[clinic.models.organisation.check_time_zone], verbose_name='own time zone')),
                ('blood_group', models.CharField(blank=True, choices=[('A+', 'A+'), ('A-', 'A-'), ('B+', 'B+'), ('B-', 'B-'), ('AB+', 'AB+'), ('AB-', 'AB-'), ('O+', 'O+'), ('O-', 'O-')], max_length=3, verbose_name='blood group')),
                ('emergency_name', models.CharField(blank=True, max_length=150, verbose_name='in an emergency')),
                ('emergency_phone', models.CharField(blank=True, max_length=16, verbose_name='their phone')),
                ('portrait', models.BinaryField(null=True)),
            ],
            options={
                'verbose_name': 'employee',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('valid_from', models.DateField(verbose_name='from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='to, inclusive')),
            ],
            options={
                'verbose_name': 'posting',
                'ordering': ['-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='StaffCard',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('edition', models.PositiveSmallIntegerField(verbose_name='edition')),
                ('snapshot', models.JSONField(default=dict)),
                ('portrait', models.BinaryField(null=True)),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='revoked')),
                ('revoked_because', models.CharField(blank=True, max_length=200, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'staff card',
                'ordering': ['person', '-edition'],
            },
        ),
        migrations.CreateModel(
            name='StaffCounter',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('stem', models.CharField(max_length=8, unique=True)),
                ('last_serial', models.PositiveIntegerField(default=0)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='timeoff',
            name='days',
            field=models.DecimalField(decimal_places=1, help_text='Of leave that was asked for: working days of the branch it was asked at, half ones as 0.5.', max_digits=5, null=True, verbose_name='days'),
        ),
        migrations.AddConstraint(
            model_name='timeoff',
            constraint=models.CheckConstraint(condition=models.Q(('days__isnull', True), models.Q(('status__in', ['approved', 'rejected']), _negated=True), models.Q(('decided_by', models.F('person')), _negated=True), _connector='OR'), name='timeoff_leave_is_decided_by_others', violation_error_message='Nobody decides their own leave.'),
        ),
        migrations.AddField(
            model_name='employee',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='employee', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='posting',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='clinic.branch', verbose_name='branch'),
        ),
        migrations.AddField(
            model_name='posting',
            name='department',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='staff.department', verbose_name='department'),
        ),
        migrations.AddField(
            model_name='posting',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='staffcard',
            name='issued_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='staffcard',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='staffcard',
            name='revoked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='employee',
            constraint=models.CheckConstraint(condition=models.Q(('left_on__isnull', True), ('joined_on__isnull', True), ('left_on__gte', models.F('joined_on')), _connector='OR'), name='employee_dates_in_order', violation_error_message='Nobody leaves before they join.'),
        ),
        migrations.AddConstraint(
            model_name='employee',
            constraint=models.CheckConstraint(condition=models.Q(('practising_since__isnull', True), ('practising_since__range', (1930, 2100)), _connector='OR'), name='employee_year_is_one', violation_error_message='Write the year with four digits.'),
        ),
        migrations.AddConstraint(
            model_name='employee',
            constraint=models.CheckConstraint(condition=models.Q(('number__regex', '^[0-9A-Z]{12}$')), name='employee_number_shape'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='posting_dates_in_order', violation_error_message='The last day is before the first.'),
        ),
        migrations.AddConstraint(
            model_name='staffcard',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('person',), name='staffcard_one_is_good'),
        ),
        migrations.AddConstraint(
            model_name='staffcard',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='staffcard_revoked_pair'),
        ),
        migrations.RunSQL(
            (Path(__file__).parent / "sql" / "0021_people.sql").read_text(), migrations.RunSQL.noop
        ),
    ]
