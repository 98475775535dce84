"""A break with only one end passed the check, because a comparison with nothing is not false; and words for refusals."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0002_guards'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='branchhours',
            name='branchhours_in_order',
        ),
        migrations.AddConstraint(
            model_name='branchhours',
            constraint=models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes')), models.Q(models.Q(('break_ends__isnull', True), ('break_starts__isnull', True)), models.Q(('break_ends__gt', models.F('break_starts')), ('break_ends__isnull', False), ('break_ends__lte', models.F('closes')), ('break_starts__gte', models.F('opens')), ('break_starts__isnull', False)), _connector='OR')), name='branchhours_in_order', violation_error_message='The hours must be in order, and the break inside them.'),
        ),
        migrations.AlterConstraint(
            model_name='taxrule',
            name='taxrule_rate_fits_treatment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rate__gte', 0), ('rate__lte', 40), ('treatment', 'taxable')), models.Q(('cess_rate', 0), ('rate', 0)), _connector='OR'), name='taxrule_rate_fits_treatment', violation_error_message='Only a taxable supply has a rate, and none is above 40 %%.'),
        ),
        migrations.AlterConstraint(
            model_name='taxrule',
            name='taxrule_confirmed_pair',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_by', ''), ('confirmed_on__isnull', True)), models.Q(models.Q(('confirmed_by', ''), _negated=True), ('confirmed_on__isnull', False)), _connector='OR'), name='taxrule_confirmed_pair', violation_error_message='Who confirmed a rule and when belong together.'),
        ),
    ]
