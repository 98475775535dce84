-- As 0011 has it, and by hand where the gateway failed.
CREATE OR REPLACE FUNCTION billing_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['gateway_id', 'gateway_status', 'gateway_said', 'updated_at', 'version']
    || billing_movable(ARRAY['customer_id'], ARRAY['buyer', 'reference', 'detail', 'answer']);
  fixed text[] := ARRAY['branch_id', 'payment_id', 'invoice_id', 'note_id', 'kind', 'amount', 'requested_by_id', 'created_at'];
  name text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'A refund is kept.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    -- What the gateway took on and then could not give back is given over the desk, from a drawer that is open.
    IF OLD.status = 'processed' AND OLD.mode = 'online' AND OLD.gateway_status = 'failed' AND NEW.mode <> 'online' THEN
      movable := movable || ARRAY['mode', 'drawer_id', 'reference'];
      PERFORM billing_check_drawer(NEW.drawer_id);
    END IF;
    IF OLD.status IN ('processed', 'rejected') AND to_jsonb(OLD) - movable <> to_jsonb(NEW) - movable THEN
      RAISE EXCEPTION 'A refund that was paid out or rejected is kept as it was written.' USING ERRCODE = 'restrict_violation';
    END IF;
    FOREACH name IN ARRAY fixed LOOP
      IF to_jsonb(OLD) -> name IS DISTINCT FROM to_jsonb(NEW) -> name THEN
        RAISE EXCEPTION 'What a refund is of stays as it was asked for.' USING ERRCODE = 'restrict_violation';
      END IF;
    END LOOP;
  END IF;
  IF NEW.status = 'processed' AND (TG_OP = 'INSERT' OR OLD.status <> 'processed') THEN
    PERFORM billing_check_drawer(NEW.drawer_id);
    UPDATE billing_payment SET refunded = refunded + NEW.amount WHERE id = NEW.payment_id;
  END IF;
  RETURN NEW;
END $$;
