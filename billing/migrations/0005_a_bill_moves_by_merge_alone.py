"""Of an issued invoice `customer_id` moves only while records are merged, and `buyer` is emptied only by erasure."""

from django.db import migrations

FREEZE = """
CREATE OR REPLACE FUNCTION billing_freeze_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['paid', 'updated_at'] || %s;
BEGIN
  IF OLD.status <> 'draft' AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - movable <> to_jsonb(NEW) - movable) THEN
    RAISE EXCEPTION 'An issued or discarded invoice is kept as it was written.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.paid <> OLD.paid AND pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'What was paid follows from allocations alone.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
BY_PURPOSE = """CASE current_setting('clinic.handling', true)
    WHEN 'merge' THEN ARRAY['customer_id'] WHEN 'erase' THEN ARRAY['buyer'] ELSE ARRAY[]::text[] END"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_lines_keep_what_is_printed"),
        ("clinic", "0005_people_move_and_go"),
    ]
    operations = [migrations.RunSQL(FREEZE % BY_PURPOSE, FREEZE % "ARRAY['customer_id']")]
