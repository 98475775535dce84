"""A receipt that was accepted or rejected is kept as it was written, with its lines."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION purchasing_freeze_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'pending' THEN
    RAISE EXCEPTION 'A receipt is kept as it was verified.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON purchasing_receipt
  FOR EACH ROW EXECUTE FUNCTION purchasing_freeze_receipt();

CREATE FUNCTION purchasing_freeze_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  status_now text;
BEGIN
  SELECT status INTO status_now FROM purchasing_receipt
  WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.receipt_id ELSE OLD.receipt_id END;
  IF status_now <> 'pending' THEN
    RAISE EXCEPTION 'The lines of a receipt are kept as they were verified.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON purchasing_receiptline
  FOR EACH ROW EXECUTE FUNCTION purchasing_freeze_line();
"""


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0001_initial")]
    operations = [
        migrations.RunSQL(
            FORWARD,
            "DROP TRIGGER frozen ON purchasing_receipt; DROP TRIGGER frozen ON purchasing_receiptline;"
            "DROP FUNCTION purchasing_freeze_receipt(); DROP FUNCTION purchasing_freeze_line();",
        )
    ]
