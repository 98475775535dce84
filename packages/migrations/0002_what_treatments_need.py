"""Buffers, performers, requirements before booking, and parameters of a session."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_one_counter_for_branches_of_one_stem'),
        ('packages', '0001_initial'),
        ('staff', '0004_breaks_are_whole'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='treatment',
            name='min_interval_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='days between two sessions, at least'),
        ),
        migrations.AddField(
            model_name='treatment',
            name='minutes_after',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='minutes to clean up'),
        ),
        migrations.AddField(
            model_name='treatment',
            name='minutes_before',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='minutes to prepare'),
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('kind', models.CharField(choices=[('patch_test', 'Patch test'), ('consent', 'Consent')], max_length=12, verbose_name='kind')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('wait_hours', models.PositiveSmallIntegerField(default=0, verbose_name='hours before the visit, at least')),
                ('valid_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='valid for days')),
                ('treatment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='packages.treatment')),
            ],
            options={
                'verbose_name': 'needed before booking',
                'verbose_name_plural': 'needed before booking',
                'ordering': ['kind', 'name'],
            },
        ),
        migrations.CreateModel(
            name='RequirementMet',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('is_passed', models.BooleanField(verbose_name='passed')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('requirement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='met', to='packages.requirement')),
            ],
            options={
                'verbose_name': 'requirement met',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Parameter',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('kind', models.CharField(choices=[('text', 'Words'), ('number', 'Number'), ('choice', 'Choice')], default='text', max_length=6, verbose_name='kind')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='unit')),
                ('choices', models.TextField(blank=True, verbose_name='choices, one a line')),
                ('is_required', models.BooleanField(default=False, verbose_name='required')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='position')),
                ('treatment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parameters', to='packages.treatment')),
            ],
            options={
                'verbose_name': 'session parameter',
                'ordering': ['position', 'name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('treatment', 'name'), name='parameter_once_per_treatment', violation_error_message='This treatment has a parameter of that name already.')],
            },
        ),
        migrations.CreateModel(
            name='Performer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('practitioner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.practitioner', verbose_name='practitioner')),
                ('treatment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='performers', to='packages.treatment')),
            ],
            options={
                'verbose_name': 'who may give it',
                'verbose_name_plural': 'who may give it (nobody named: everybody)',
                'constraints': [models.UniqueConstraint(fields=('treatment', 'practitioner'), name='performer_once_per_treatment')],
            },
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('treatment', 'kind', 'name'), name='requirement_once_per_treatment', violation_error_message='This is asked for already.'),
        ),
        migrations.AddIndex(
            model_name='requirementmet',
            index=models.Index(fields=['customer', 'requirement', '-at'], name='requirementmet_latest'),
        ),
    ]
