"""Who may verify drawers may count one for a cashier who left; why a line is exempt can be erased."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


LINE = """
CREATE OR REPLACE FUNCTION billing_freeze_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  status_now text;
  movable text[] := billing_movable(ARRAY[]::text[], ARRAY['exempt_reason']);
BEGIN
  SELECT status INTO status_now FROM billing_invoice
  WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END;
  IF status_now <> 'draft' AND (TG_OP <> 'UPDATE' OR to_jsonb(OLD) - movable <> to_jsonb(NEW) - movable) THEN
    RAISE EXCEPTION 'The lines of an issued invoice are kept as they were written.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0011_guards_of_money'),
        ('clinic', '0009_series_of_money'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(LINE, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='drawer',
            name='drawer_verified_by_another',
        ),
        migrations.AddField(
            model_name='drawer',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='drawer',
            constraint=models.CheckConstraint(condition=models.Q(('verified_by__isnull', True), models.Q(models.Q(('verified_by', models.F('cashier')), _negated=True), models.Q(('verified_by', models.F('closed_by')), _negated=True)), _connector='OR'), name='drawer_verified_by_another'),
        ),
    ]
