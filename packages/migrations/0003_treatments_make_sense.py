"""Buffers, waiting times and choices that make sense."""

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0004_out_of_service'),
        ('packages', '0002_what_treatments_need'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='parameter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('choices__regex', '\\S'), ('kind', 'choice')), models.Q(models.Q(('kind', 'choice'), _negated=True), ('choices', '')), _connector='OR'), name='parameter_choice_has_choices', violation_error_message='A choice needs its choices, one a line; the other kinds have none.'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('valid_days__isnull', True), ('wait_hours__lte', django.db.models.expressions.CombinedExpression(models.F('valid_days'), '*', models.Value(24))), _connector='OR'), name='requirement_holds_before_it_lapses', violation_error_message='It would lapse before the waiting time is over.'),
        ),
        migrations.AddConstraint(
            model_name='treatment',
            constraint=models.CheckConstraint(condition=models.Q(('minutes_after__lte', 720), ('minutes_before__lte', 720)), name='treatment_buffers', violation_error_message='Preparing and cleaning up take at most 720 minutes each.'),
        ),
    ]
