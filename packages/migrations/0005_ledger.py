"""Packages keep a ledger. Each entry changes the tally of its package; the check on the tally refuses to go below zero,
and a session is used once, whatever the statement that tries.

The trigger has its owner's rights, and the application none to write tallies: they can't drift from the entries.
"""

import django.db.models.deletion
import django.db.models.expressions
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION packages_tell_tally() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  use smallint := CASE WHEN NEW.kind IN ('used', 'undone') THEN 1 ELSE 0 END;
BEGIN
  INSERT INTO packages_tally (enrolment_id, used, remaining, unlocked, owed, earned, paid)
  VALUES (NEW.enrolment_id, 0, 0, 0, 0, 0, 0) ON CONFLICT (enrolment_id) DO NOTHING;
  UPDATE packages_tally SET
    used = used - use * NEW.sessions,
    remaining = remaining + NEW.sessions,
    owed = owed + NEW.amount,
    earned = earned - use * NEW.amount,
    paid = paid + NEW.money
  WHERE enrolment_id = NEW.enrolment_id;
  UPDATE packages_tally tally SET
    unlocked = CASE
      WHEN sold.payment <> 'instalments' OR tally.paid >= sold.value THEN sold.session_count
      ELSE least(coalesce(floor(tally.paid / nullif(trunc(sold.value / sold.session_count, 2), 0)), 0), sold.session_count - 1)
      END
  FROM packages_enrolment sold
  WHERE tally.enrolment_id = NEW.enrolment_id AND sold.id = NEW.enrolment_id;
  IF use = 1 THEN
    PERFORM 1 FROM packages_session WHERE id = NEW.session_id AND enrolment_id = NEW.enrolment_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the session is not one of the package' USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT sum(sessions) FROM packages_entry WHERE session_id = NEW.session_id) NOT IN (-1, 0) THEN
      RAISE EXCEPTION 'a session is used once' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_tally AFTER INSERT ON packages_entry FOR EACH ROW EXECUTE FUNCTION packages_tell_tally();
"""
BACKWARD = "DROP TRIGGER tell_tally ON packages_entry; DROP FUNCTION packages_tell_tally()"


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0004_out_of_service'),
        ('customers', '0003_the_whole_record'),
        ('packages', '0004_terms_of_plans'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('kind', models.CharField(choices=[('sold', 'Sold'), ('used', 'Session used'), ('undone', 'Session taken back'), ('extended', 'Validity extended'), ('frozen', 'Frozen'), ('unfrozen', 'Unfrozen'), ('transferred_out', 'Given to another customer'), ('transferred_in', 'Taken over from another customer'), ('exchanged_out', 'Exchanged for another package'), ('exchanged_in', 'Taken in exchange'), ('returned', 'Given back'), ('paid', 'Paid'), ('refunded', 'Refunded'), ('lapsed', 'Lapsed')], max_length=15, verbose_name='what')),
                ('on', models.DateField(verbose_name='day')),
                ('sessions', models.SmallIntegerField(default=0, verbose_name='sessions')),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='value, ₹')),
                ('money', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='paid, ₹')),
                ('days', models.SmallIntegerField(default=0, verbose_name='days')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('cause_kind', models.CharField(blank=True, max_length=30)),
                ('cause_id', models.UUIDField(null=True)),
            ],
            options={
                'verbose_name': 'entry',
                'verbose_name_plural': 'entries',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SessionCode',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SessionProof',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('on', models.DateField(verbose_name='day')),
                ('signature', models.BinaryField(null=True, verbose_name='signature')),
                ('signed_by', models.CharField(blank=True, max_length=100, verbose_name='signed by')),
            ],
            options={
                'verbose_name': 'proof of a session',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('enrolment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='tally', serialize=False, to='packages.enrolment')),
                ('used', models.SmallIntegerField(default=0)),
                ('remaining', models.SmallIntegerField(default=0)),
                ('unlocked', models.SmallIntegerField(default=0)),
                ('owed', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('earned', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('paid', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='enrolment',
            name='enrolment_by_branch',
        ),
        migrations.AddField(
            model_name='enrolment',
            name='asks_for',
            field=models.CharField(blank=True, choices=[('', 'Nothing'), ('otp', 'A code sent to the phone'), ('signature', 'A signature')], default='', max_length=9, verbose_name='a session is proven by'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='came_from',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='went_to', to='packages.enrolment'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='frozen_on',
            field=models.DateField(null=True, verbose_name='frozen on'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='frozen_until',
            field=models.DateField(null=True, verbose_name='frozen until'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='grace_days',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='days of grace'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='instalments',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='instalments'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='payment',
            field=models.CharField(choices=[('prepaid', 'Paid when sold'), ('per_session', 'Paid session by session'), ('instalments', 'Paid in instalments')], default='prepaid', max_length=11, verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='starts_at_first_use',
            field=models.BooleanField(default=False, verbose_name='validity starts with the first session'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='terms',
            field=models.JSONField(default=dict, verbose_name='terms when sold'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='valid_days',
            field=models.PositiveSmallIntegerField(default=365, verbose_name='valid for days'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='status',
            field=models.CharField(choices=[('active', 'Active'), ('frozen', 'Frozen'), ('completed', 'Completed'), ('lapsed', 'Lapsed'), ('returned', 'Given back'), ('transferred', 'Transferred'), ('exchanged', 'Exchanged'), ('cancelled', 'Cancelled')], default='active', max_length=12, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='enrolment',
            name='valid_until',
            field=models.DateField(null=True, verbose_name='valid until'),
        ),
        migrations.AlterField(
            model_name='session',
            name='status',
            field=models.CharField(choices=[('pending', 'To come'), ('reserved', 'Booked'), ('completed', 'Completed'), ('lost', 'No longer to come')], default='pending', max_length=10, verbose_name='status'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'frozen'), ('frozen_on__isnull', True), _connector='XOR'), name='enrolment_frozen_since'),
        ),
        migrations.AddField(
            model_name='entry',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='entry',
            name='enrolment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='packages.enrolment'),
        ),
        migrations.AddField(
            model_name='entry',
            name='session',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='packages.session'),
        ),
        migrations.AddField(
            model_name='sessioncode',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sessioncode',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='packages.session'),
        ),
        migrations.AddField(
            model_name='sessionproof',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sessionproof',
            name='code',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to='packages.sessioncode'),
        ),
        migrations.AddField(
            model_name='sessionproof',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='packages.session'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.CheckConstraint(condition=models.Q(('earned__gte', 0), ('owed__gte', 0), ('paid__gte', 0), ('remaining__gte', 0), ('used__gte', 0)), name='tally_never_below_zero'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='usable_until',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(models.F('valid_until'), '+', models.F('grace_days')), output_field=models.DateField(null=True)),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['enrolment', 'on'], name='entry_by_day'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gte', 0), ('kind__in', ['sold', 'transferred_in', 'exchanged_in']), ('sessions__gt', 0)), models.Q(('amount__lte', 0), ('kind', 'used'), ('sessions', -1)), models.Q(('amount__gte', 0), ('kind', 'undone'), ('sessions', 1)), models.Q(('amount__lte', 0), ('kind__in', ['transferred_out', 'exchanged_out', 'returned', 'lapsed']), ('sessions__lt', 0)), models.Q(('amount__gte', 0), ('days__gt', 0), ('kind', 'extended'), ('sessions__gte', 0)), models.Q(('amount', 0), ('kind__in', ['frozen', 'unfrozen', 'paid', 'refunded']), ('sessions', 0)), _connector='OR'), name='entry_sign_fits_kind'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['used', 'undone']), ('session__isnull', False)), models.Q(models.Q(('kind__in', ['used', 'undone']), _negated=True), ('session__isnull', True)), _connector='OR'), name='entry_names_its_session'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['paid', 'transferred_in', 'exchanged_in']), ('money__gte', 0)), models.Q(('kind__in', ['refunded', 'transferred_out', 'exchanged_out']), ('money__lte', 0)), ('money', 0), _connector='OR'), name='entry_money_fits_kind'),
        ),
        migrations.AddConstraint(
            model_name='sessioncode',
            constraint=models.CheckConstraint(condition=models.Q(('attempts__lte', 5)), name='sessioncode_five_attempts'),
        ),
        migrations.AddConstraint(
            model_name='sessionproof',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code__isnull', False), ('signature__isnull', True)), models.Q(('code__isnull', True), ('signature__isnull', False), models.Q(('signed_by', ''), _negated=True)), _connector='OR'), name='sessionproof_one_way'),
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(fields=['branch', 'status', 'usable_until'], name='enrolment_by_branch'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
