-- What bought a gift card has gone somewhere too.
CREATE OR REPLACE FUNCTION billing_freeze_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['unapplied'] || billing_movable(ARRAY['customer_id'], ARRAY['reference']);
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF (NEW.applied, NEW.tipped, NEW.refunded, NEW.stored) <> (0, 0, 0, 0) THEN
      RAISE EXCEPTION 'Where a payment went follows from its allocations, tips, refunds and gift cards alone.' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM billing_check_drawer(NEW.drawer_id);
    RETURN NEW;
  END IF;
  IF pg_trigger_depth() >= 2 THEN
    movable := movable || ARRAY['applied', 'tipped', 'refunded', 'stored', 'mode', 'tendered', 'reference'];
  END IF;
  IF TG_OP = 'DELETE' OR to_jsonb(OLD) - movable <> to_jsonb(NEW) - movable THEN
    RAISE EXCEPTION 'A payment is kept as it was written.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION billing_stored_value_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE billing_storedvalue SET balance = balance + NEW.amount WHERE id = NEW.value_id;
  IF NEW.kind IN ('bought', 'taken_back') AND NEW.payment_id IS NOT NULL THEN
    UPDATE billing_payment SET stored = stored + NEW.amount WHERE id = NEW.payment_id;
  END IF;
  RETURN NEW;
END $$;
