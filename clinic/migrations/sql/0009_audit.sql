-- Beside changed rows (I, U, D) the audit tells what people did without changing any: signed in (S) and out (O), failed to
-- (F), looked at a record (R), took out a file (X), printed (P), were refused (N); and that old months were dropped (T).
ALTER TABLE clinic_audit DROP CONSTRAINT clinic_audit_action_check;
ALTER TABLE clinic_audit ADD CONSTRAINT clinic_audit_action_check
  CHECK (action IN ('I', 'U', 'D', 'S', 'O', 'F', 'R', 'X', 'P', 'N', 'T'));
ALTER TABLE clinic_audit ADD COLUMN branch_id uuid;

-- In the order of sealing; of one person; and of what is rare. Whatever is common is found by walking back from the end.
CREATE INDEX clinic_audit_in_order ON clinic_audit (transaction, id);
CREATE INDEX clinic_audit_of_person ON clinic_audit (by_id, id) WHERE by_id IS NOT NULL;
CREATE INDEX clinic_audit_of_branch ON clinic_audit (branch_id, id) WHERE branch_id IS NOT NULL;
CREATE INDEX clinic_audit_rare ON clinic_audit (action, id) WHERE action NOT IN ('I', 'U', 'R');

-- As before, and with the branch: that of the row (fifth argument: the column), else the one worked at.
CREATE OR REPLACE FUNCTION clinic_audit_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  secret text[] := string_to_array(TG_ARGV[1], ',');
  personal text[] := string_to_array(TG_ARGV[2], ',');
  ignored text[] := string_to_array(TG_ARGV[3], ',');
  before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
  after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
  changed jsonb := '{}';
  apart jsonb := '{}';
  salt text := gen_random_uuid()::text;
  key text;
  audit bigint;
BEGIN
  FOR key IN SELECT jsonb_object_keys(before || after) LOOP
    CONTINUE WHEN coalesce(before -> key, 'null') = coalesce(after -> key, 'null') OR key = ANY (ignored);
    IF key = ANY (secret) THEN
      changed := changed || jsonb_build_object(key, '["secret", "secret"]'::jsonb);
    ELSIF key = ANY (personal) THEN
      changed := changed || jsonb_build_object(key, jsonb_build_array(
        clinic_audit_hash(salt, before -> key), clinic_audit_hash(salt, after -> key)));
      apart := apart || jsonb_build_object(key, jsonb_build_array(before -> key, after -> key));
    ELSE
      changed := changed || jsonb_build_object(key, jsonb_build_array(before -> key, after -> key));
    END IF;
  END LOOP;
  IF changed = '{}' THEN
    RETURN NULL;
  END IF;
  INSERT INTO clinic_audit (table_name, row_id, action, changed, by_id, branch_id, ip, agent, path, request_id)
  VALUES (TG_TABLE_NAME, (before || after) ->> TG_ARGV[0], left(TG_OP, 1), changed,
          nullif(current_setting('clinic.by', true), '')::uuid,
          coalesce((before || after) ->> TG_ARGV[4], nullif(current_setting('clinic.branch', true), ''))::uuid,
          nullif(current_setting('clinic.ip', true), '')::inet,
          coalesce(current_setting('clinic.agent', true), ''),
          coalesce(current_setting('clinic.path', true), ''),
          coalesce(current_setting('clinic.request', true), ''))
  RETURNING id INTO audit;
  INSERT INTO clinic_audit_personal (audit_id, column_name, before_and_after, salt)
  SELECT audit, e.key, ARRAY[e.value #>> '{0}', e.value #>> '{1}'], salt FROM jsonb_each(apart) AS e;
  RETURN NULL;
END $$;

-- What the application tells by itself. It is a function and not a right to INSERT, so that whoever gets hold of the
-- application's login can't invent changed rows, nor when a row was written and in which transaction.
-- `unless_within`: nothing is written if the same person looked at the same record on the same page (`is_part`: on any
-- page) within this time. So one look is one row, however many parts of a page ask for it and however often they ask.
CREATE FUNCTION clinic_audit_note(
  what text, of_table text, of_row text, told jsonb, who uuid, from_ip inet, with_agent text, at_path text,
  in_request text, at_branch uuid, unless_within interval, is_part boolean
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF what NOT IN ('S', 'O', 'F', 'R', 'X', 'P', 'N') OR what IS NULL THEN
    RAISE EXCEPTION 'Only triggers write of changed rows.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF unless_within IS NOT NULL AND EXISTS (
    SELECT FROM clinic_audit
    WHERE table_name = of_table AND row_id = of_row AND action = what AND by_id = who AND at > now() - unless_within
      AND (is_part OR changed -> 'view' = told -> 'view')
  ) THEN
    RETURN;
  END IF;
  INSERT INTO clinic_audit (table_name, row_id, action, changed, by_id, branch_id, ip, agent, path, request_id)
  VALUES (of_table, of_row, what, told, who, at_branch, from_ip, with_agent, at_path, in_request);
END $$;

-- All transactions of this database below the answer are over. A snapshot knows those of every database of the server, and a
-- long one elsewhere would keep ours waiting: what is known to run elsewhere is left out, what is not known counts as ours.
CREATE FUNCTION clinic_audit_settled() RETURNS xid8
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH seen AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot),
  elsewhere AS (
    SELECT l.transactionid FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
    WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted AND a.datname <> current_database()
  ),
  running AS (SELECT x FROM seen, pg_snapshot_xip(seen.snapshot) AS x)
  SELECT coalesce(
    (SELECT x FROM running WHERE x::xid NOT IN (SELECT transactionid FROM elsewhere) ORDER BY x LIMIT 1),
    (SELECT pg_snapshot_xmax(snapshot) FROM seen)
  )
$$;

-- Seals at most so many rows, in the order (transaction, id), and answers how many. Of transactions that are over nothing can
-- come in between later. Runs as its owner: the application can seal, but not write a seal.
-- A backup that was read into another server brings rows of transactions which that server hasn't reached: they are sealed
-- first, and with the next row a new run begins, whose ids lie above all those.
-- The rows come from the index in their order: sorting all that wait, for each portion, would take the square of the time.
CREATE FUNCTION clinic_audit_seal(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_sort = off AS $$
DECLARE
  last clinic_auditseal;
  this clinic_auditseal;
  settled xid8 := clinic_audit_settled();
  brought bigint;  -- the highest id that came from another server and isn't sealed yet
BEGIN
  IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
    RAISE EXCEPTION 'Sealing takes a transaction of its own.' USING ERRCODE = 'active_sql_transaction';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('clinic_audit_seal'));
  SELECT * INTO last FROM clinic_auditseal ORDER BY number DESC LIMIT 1;
  this.number := coalesce(last.number, 0) + 1;
  this.run := coalesce(last.run, 1);
  this.above := coalesce(last.above, 0);
  this.from_transaction := coalesce(last.to_transaction, 0);
  this.from_id := coalesce(last.to_id, 0);
  this.previous := coalesce(last.sha256, '');
  SELECT max(id) INTO brought FROM clinic_audit
  WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot()) AND id > this.above
    AND (transaction, id) > (this.from_transaction::text::xid8, this.from_id);
  IF brought IS NULL AND this.from_transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint THEN
    this.run := last.run + 1;
    SELECT max(highest_id) INTO this.above FROM clinic_auditseal;
    this.from_transaction := 0;
    this.from_id := 0;
  END IF;
  SELECT count(*), min(at), max(at), max(id),
         (array_agg(transaction::text::bigint ORDER BY transaction DESC, id DESC))[1],
         (array_agg(id ORDER BY transaction DESC, id DESC))[1],
         string_agg(int8send(id) || int8send((extract(epoch FROM at) * 1000000)::bigint)
                    || substr(sha256(convert_to(written, 'UTF8')), 1, 16), ''::bytea ORDER BY transaction, id)
  INTO this.count, this.first_at, this.last_at, this.highest_id, this.to_transaction, this.to_id, this.prints
  FROM (
    SELECT id, at, transaction, jsonb_build_array(
      id, (extract(epoch FROM at) * 1000000)::bigint, transaction::text, table_name, row_id, action, changed, by_id,
      branch_id, ip::text, agent, path, request_id)::text AS written
    FROM (
      SELECT * FROM clinic_audit
      WHERE id > this.above AND (transaction, id) > (this.from_transaction::text::xid8, this.from_id)
        AND CASE WHEN brought IS NULL THEN transaction < settled ELSE id <= brought END
      ORDER BY transaction, id LIMIT most
    ) AS part
  ) AS sealed;
  IF this.count = 0 THEN
    RETURN 0;
  END IF;
  this.sealed_at := clock_timestamp();
  this.sha256 := encode(sha256(convert_to(concat_ws('|',
    'clinic audit seal', this.number, this.run, this.above, this.from_transaction, this.from_id, this.to_transaction,
    this.to_id, this.highest_id, this.count, (extract(epoch FROM this.first_at) * 1000000)::bigint,
    (extract(epoch FROM this.last_at) * 1000000)::bigint, (extract(epoch FROM this.sealed_at) * 1000000)::bigint,
    this.previous), 'UTF8') || this.prints), 'hex');
  INSERT INTO clinic_auditseal SELECT this.*;
  RETURN this.count;
END $$;

REVOKE EXECUTE ON FUNCTION clinic_audit_seal(integer) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION clinic_audit_note(
  text, text, text, jsonb, uuid, inet, text, text, text, uuid, interval, boolean) FROM PUBLIC;
