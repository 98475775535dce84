-- Payments were refused any change; now triggers keep three sums on them, so they have a guard of their own.
DROP TRIGGER IF EXISTS keep ON billing_payment;
DROP TRIGGER IF EXISTS keep_all ON billing_payment;
UPDATE billing_payment p SET applied = a.amount
FROM (SELECT payment_id, sum(amount) AS amount FROM billing_allocation GROUP BY 1) a WHERE a.payment_id = p.id;

-- What a purpose (clinic.privacy.handling) lets change of rows that are otherwise kept as written.
CREATE FUNCTION billing_movable(pointing text[], personal text[]) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT CASE current_setting('clinic.handling', true)
    WHEN 'merge' THEN pointing WHEN 'erase' THEN personal ELSE ARRAY[]::text[] END
$$;

-- The books of a registration are closed up to the day its latest lock names.
CREATE FUNCTION billing_check_period(registration uuid, day date) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
  closed_until date;
BEGIN
  SELECT until INTO closed_until FROM billing_periodlock WHERE registration_id = registration ORDER BY id DESC LIMIT 1;
  IF day <= closed_until THEN
    RAISE EXCEPTION 'The books are closed until %.', closed_until USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_period_is_closed';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION billing_freeze_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['paid', 'credited', 'debited', 'outstanding', 'updated_at']
    || billing_movable(ARRAY['customer_id'], ARRAY['buyer', 'buyer_name', 'buyer_phone', 'note']);
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status IN ('issued', 'cancelled') THEN
      PERFORM billing_check_period(NEW.registration_id, NEW.issued_on);
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.status = 'issued' AND NEW.status = 'cancelled' THEN
    movable := movable || ARRAY['status', 'cancelled_at', 'cancelled_by_id', 'cancel_reason', 'version'];
  END IF;
  IF OLD.status <> 'draft' AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - movable <> to_jsonb(NEW) - movable) THEN
    RAISE EXCEPTION 'An issued or discarded invoice is kept as it was written.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF (NEW.paid, NEW.credited, NEW.debited) IS DISTINCT FROM (OLD.paid, OLD.credited, OLD.debited) AND pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'What was paid and credited follows from allocations and notes alone.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.status <> OLD.status AND NEW.status IN ('issued', 'cancelled') THEN
    PERFORM billing_check_period(NEW.registration_id, NEW.issued_on);
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER frozen ON billing_invoice;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON billing_invoice
  FOR EACH ROW EXECUTE FUNCTION billing_freeze_invoice();

-- A payment stays as it was written, but for the sums below it and a mode put right while its drawer is open.
CREATE FUNCTION billing_freeze_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['unapplied'] || billing_movable(ARRAY['customer_id'], ARRAY['reference']);
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF (NEW.applied, NEW.tipped, NEW.refunded) <> (0, 0, 0) THEN
      RAISE EXCEPTION 'Where a payment went follows from its allocations, tips and refunds alone.' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM billing_check_drawer(NEW.drawer_id);
    RETURN NEW;
  END IF;
  IF pg_trigger_depth() >= 2 THEN
    movable := movable || ARRAY['applied', 'tipped', 'refunded', 'mode', 'tendered', 'reference'];
  END IF;
  IF TG_OP = 'DELETE' OR to_jsonb(OLD) - movable <> to_jsonb(NEW) - movable THEN
    RAISE EXCEPTION 'A payment is kept as it was written.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION billing_check_drawer(drawer uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- The lock lets no drawer be closed between this look and the end of the transaction.
  IF drawer IS NOT NULL AND (SELECT status FROM billing_drawer WHERE id = drawer FOR SHARE) <> 'open' THEN
    RAISE EXCEPTION 'That drawer is closed.' USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_drawer_is_closed';
  END IF;
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON billing_payment
  FOR EACH ROW EXECUTE FUNCTION billing_freeze_payment();

CREATE OR REPLACE FUNCTION billing_allocate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found uuid;
BEGIN
  UPDATE billing_invoice SET paid = paid + NEW.amount WHERE id = NEW.invoice_id AND status = 'issued'
  RETURNING id INTO found;
  IF found IS NULL THEN
    RAISE EXCEPTION 'Only an issued invoice can be paid.' USING ERRCODE = 'check_violation';
  END IF;
  UPDATE billing_payment SET applied = applied + NEW.amount WHERE id = NEW.payment_id;
  IF NEW.amount < 0 AND (SELECT coalesce(sum(amount), 0) + NEW.amount FROM billing_allocation
                         WHERE payment_id = NEW.payment_id AND invoice_id = NEW.invoice_id) < 0 THEN
    RAISE EXCEPTION 'More is taken back from the invoice than this payment gave it.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION billing_tip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE billing_payment SET tipped = tipped + NEW.amount WHERE id = NEW.payment_id;
  RETURN NEW;
END $$;
CREATE TRIGGER tip BEFORE INSERT ON billing_tip FOR EACH ROW EXECUTE FUNCTION billing_tip();

CREATE FUNCTION billing_correct_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found record;
BEGIN
  SELECT mode, drawer_id INTO found FROM billing_payment WHERE id = NEW.payment_id FOR UPDATE;
  IF found.mode <> NEW.mode_before OR found.drawer_id IS NULL THEN
    RAISE EXCEPTION 'The payment has another mode by now, or no drawer.' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM billing_check_drawer(found.drawer_id);
  UPDATE billing_payment SET mode = NEW.mode, reference = NEW.reference,
    tendered = CASE WHEN NEW.mode = 'cash' THEN tendered END WHERE id = NEW.payment_id;
  RETURN NEW;
END $$;
CREATE TRIGGER correct BEFORE INSERT ON billing_paymentcorrection FOR EACH ROW EXECUTE FUNCTION billing_correct_payment();

-- A refund is frozen once it was paid out or rejected; paying it out takes it from the payment.
CREATE FUNCTION billing_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['gateway_id', 'gateway_status', 'updated_at', 'version']
    || billing_movable(ARRAY['customer_id'], ARRAY['buyer', 'reference', 'detail', 'answer']);
  fixed text[] := ARRAY['branch_id', 'payment_id', 'invoice_id', 'note_id', 'kind', 'amount', 'requested_by_id', 'created_at'];
  name text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'A refund is kept.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
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
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON billing_refund FOR EACH ROW EXECUTE FUNCTION billing_refund();

-- A note counts on its invoice as it is written.
CREATE FUNCTION billing_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found uuid;
BEGIN
  PERFORM billing_check_period(NEW.registration_id, NEW.issued_on);
  UPDATE billing_invoice SET
    credited = credited + CASE NEW.kind WHEN 'credit' THEN NEW.total ELSE 0 END,
    debited = debited + CASE NEW.kind WHEN 'debit' THEN NEW.total ELSE 0 END
  WHERE id = NEW.invoice_id AND status = 'issued' RETURNING id INTO found;
  IF found IS NULL THEN
    RAISE EXCEPTION 'A note is written against an issued invoice.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER count_in BEFORE INSERT ON billing_note FOR EACH ROW EXECUTE FUNCTION billing_note();

-- Credits of a line never exceed it in quantity, value or any head. The update above has locked its invoice.
CREATE FUNCTION billing_note_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sold record;
  gone record;
  of_note record;
BEGIN
  SELECT kind, invoice_id, changes_tax INTO of_note FROM billing_note WHERE id = NEW.note_id;
  SELECT * INTO sold FROM billing_invoiceline WHERE id = NEW.line_id;
  IF sold.invoice_id <> of_note.invoice_id THEN
    RAISE EXCEPTION 'That line is of another invoice.' USING ERRCODE = 'check_violation';
  END IF;
  IF of_note.kind <> 'credit' THEN
    RETURN NEW;
  END IF;
  SELECT coalesce(sum(l.quantity), 0) AS quantity, coalesce(sum(l.net_value), 0) AS net_value,
         coalesce(sum(l.cgst), 0) AS cgst, coalesce(sum(l.igst), 0) AS igst, coalesce(sum(l.cess), 0) AS cess,
         coalesce(sum(l.line_total), 0) AS line_total
  INTO gone FROM billing_noteline l JOIN billing_note n ON n.id = l.note_id AND n.kind = 'credit' WHERE l.line_id = NEW.line_id;
  -- A commercial note gives back tax that was paid as plain value, so there only the whole is compared.
  IF gone.quantity + NEW.quantity > sold.quantity OR gone.line_total + NEW.line_total > sold.line_total
     OR of_note.changes_tax AND (gone.net_value + NEW.net_value > sold.net_value OR gone.cgst + NEW.cgst > sold.cgst
        OR gone.igst + NEW.igst > sold.igst OR gone.cess + NEW.cess > sold.cess) THEN
    RAISE EXCEPTION 'More is credited than the line was billed with.' USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_credit_within_its_line';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER within BEFORE INSERT ON billing_noteline FOR EACH ROW EXECUTE FUNCTION billing_note_line();

-- The balance of a stored value is the sum of its entries.
CREATE FUNCTION billing_stored_value() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['expires_on'] || billing_movable(ARRAY['customer_id'], ARRAY['code']);
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.balance <> 0 THEN
      RAISE EXCEPTION 'A balance follows from its entries alone.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF pg_trigger_depth() >= 2 THEN
    movable := movable || ARRAY['balance'];
  END IF;
  IF TG_OP = 'DELETE' OR to_jsonb(OLD) - movable <> to_jsonb(NEW) - movable THEN
    RAISE EXCEPTION 'A stored value changes through its entries alone.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON billing_storedvalue
  FOR EACH ROW EXECUTE FUNCTION billing_stored_value();
CREATE FUNCTION billing_stored_value_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE billing_storedvalue SET balance = balance + NEW.amount WHERE id = NEW.value_id;
  RETURN NEW;
END $$;
CREATE TRIGGER count_in BEFORE INSERT ON billing_storedvalueentry
  FOR EACH ROW EXECUTE FUNCTION billing_stored_value_entry();

-- A drawer is frozen as it is closed, but for being verified once.
CREATE FUNCTION billing_freeze_drawer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[] := ARRAY['updated_at', 'version'];
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status = 'closed' AND NEW.status = 'verified' THEN
    movable := movable || ARRAY['status', 'verified_at', 'verified_by_id', 'answer'];
  END IF;
  IF TG_OP = 'DELETE' OR OLD.status <> 'open' AND to_jsonb(OLD) - movable <> to_jsonb(NEW) - movable THEN
    RAISE EXCEPTION 'A closed drawer is kept as it was counted.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON billing_drawer FOR EACH ROW EXECUTE FUNCTION billing_freeze_drawer();
CREATE FUNCTION billing_cash_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM billing_check_drawer(NEW.drawer_id);
  RETURN NEW;
END $$;
CREATE TRIGGER of_open_drawer BEFORE INSERT ON billing_cashmovement FOR EACH ROW EXECUTE FUNCTION billing_cash_movement();
