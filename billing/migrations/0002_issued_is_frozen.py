"""An issued invoice keeps its data: only `paid` moves, through allocations, and `customer_id`, through a merge."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION billing_freeze_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['paid', 'customer_id', 'updated_at'];
BEGIN
  IF OLD.status <> 'draft' AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - movable <> to_jsonb(NEW) - movable) THEN
    RAISE EXCEPTION 'An issued or discarded invoice is kept as it was written.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.paid <> OLD.paid AND pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'What was paid follows from allocations alone.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON billing_invoice
  FOR EACH ROW EXECUTE FUNCTION billing_freeze_invoice();

CREATE FUNCTION billing_freeze_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  status_now text;
BEGIN
  SELECT status INTO status_now FROM billing_invoice
  WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END;
  IF status_now <> 'draft' THEN
    RAISE EXCEPTION 'The lines of an issued invoice are kept as they were written.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON billing_invoiceline
  FOR EACH ROW EXECUTE FUNCTION billing_freeze_line();

CREATE FUNCTION billing_allocate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found uuid;
BEGIN
  IF (SELECT coalesce(sum(amount), 0) + NEW.amount FROM billing_allocation WHERE payment_id = NEW.payment_id)
     > (SELECT amount FROM billing_payment WHERE id = NEW.payment_id) THEN
    RAISE EXCEPTION 'More is allocated than was paid.' USING ERRCODE = 'check_violation';
  END IF;
  UPDATE billing_invoice SET paid = paid + NEW.amount WHERE id = NEW.invoice_id AND status = 'issued'
  RETURNING id INTO found;
  IF found IS NULL THEN
    RAISE EXCEPTION 'Only an issued invoice can be paid.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER allocate BEFORE INSERT ON billing_allocation FOR EACH ROW EXECUTE FUNCTION billing_allocate();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("clinic", "0002_guards")]
    operations = [
        migrations.RunSQL(
            FORWARD,
            "DROP TRIGGER frozen ON billing_invoice; DROP TRIGGER frozen ON billing_invoiceline;"
            "DROP TRIGGER allocate ON billing_allocation; DROP FUNCTION billing_freeze_invoice();"
            "DROP FUNCTION billing_freeze_line(); DROP FUNCTION billing_allocate();",
        )
    ]
