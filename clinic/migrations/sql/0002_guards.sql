-- The application's role: no DDL, only what `clinic.database` grants after each migration.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'clinic_app') THEN
    CREATE ROLE clinic_app NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, 'clinic_app', 'MEMBER') THEN
    EXECUTE format('GRANT clinic_app TO %I', current_user);
  END IF;
END $$;

-- Core PostgreSQL has no GiST equality for uuid; a range of one does the same without an extension.
CREATE TYPE uuidrange AS RANGE (subtype = uuid);

ALTER TABLE clinic_taxrule ADD CONSTRAINT taxrule_dates_do_not_overlap
  EXCLUDE USING gist (uuidrange(category_id, category_id, '[]') WITH &&, daterange(valid_from, valid_to) WITH &&);

-- Parts of phones and numbers are found through a GIN index on these three-letter pieces.
CREATE FUNCTION clinic_trigrams(source text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT substr(lower(source), i, 3)), '{}')
  FROM generate_series(1, greatest(length(source) - 2, 0)) AS i
$$;

CREATE FUNCTION clinic_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Rows of % are kept as they were written.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TABLE clinic_audit (
  id bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
  table_name text NOT NULL,
  row_id text NOT NULL,
  action text NOT NULL CHECK (action IN ('I', 'U', 'D')),
  changed jsonb NOT NULL,
  by_id uuid,
  ip inet,
  agent text NOT NULL,
  path text NOT NULL,
  request_id text NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX clinic_audit_of_row ON clinic_audit (table_name, row_id);
CREATE TABLE clinic_audit_default PARTITION OF clinic_audit DEFAULT;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON clinic_audit FOR EACH ROW EXECUTE FUNCTION clinic_refuse_change();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON clinic_audit EXECUTE FUNCTION clinic_refuse_change();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON clinic_audit_default EXECUTE FUNCTION clinic_refuse_change();

CREATE TABLE clinic_audit_personal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  audit_id bigint NOT NULL,
  column_name text NOT NULL,
  before_and_after text[] NOT NULL,
  salt text NOT NULL
);
CREATE INDEX clinic_audit_personal_of ON clinic_audit_personal (audit_id);

-- The application may not create tables; this function, owned by the migrating role, makes months for it.
CREATE FUNCTION clinic_audit_make_months(ahead int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  month timestamptz;
  child text;
BEGIN
  FOR i IN 0..ahead LOOP
    month := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + make_interval(months => i);
    child := 'clinic_audit_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
    IF to_regclass(child) IS NULL THEN
      BEGIN
        EXECUTE format('CREATE TABLE %I PARTITION OF clinic_audit FOR VALUES FROM (%L) TO (%L)',
                       child, month, month + interval '1 month');
        EXECUTE format('CREATE TRIGGER keep_all BEFORE TRUNCATE ON %I EXECUTE FUNCTION clinic_refuse_change()', child);
      EXCEPTION WHEN check_violation OR duplicate_table THEN
        NULL;  -- The default partition already holds rows of that month, or another worker was first.
      END;
    END IF;
  END LOOP;
END $$;
SELECT clinic_audit_make_months(3);

CREATE FUNCTION clinic_audit_hash(salt text, value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN value IS NULL OR value = 'null' THEN NULL
              ELSE to_jsonb('sha256:' || encode(sha256(convert_to(salt || (value #>> '{}'), 'UTF8')), 'hex')) END
$$;

-- Arguments: key column, secret columns (only that they changed is told), personal columns (hashed here, kept in
-- the companion table), ignored columns (derived ones). Runs as its owner: the application can't write the audit.
CREATE FUNCTION clinic_audit_write() RETURNS trigger
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
  INSERT INTO clinic_audit (table_name, row_id, action, changed, by_id, ip, agent, path, request_id)
  VALUES (TG_TABLE_NAME, (before || after) ->> TG_ARGV[0], left(TG_OP, 1), changed,
          nullif(current_setting('clinic.by', true), '')::uuid,
          nullif(current_setting('clinic.ip', true), '')::inet,
          coalesce(current_setting('clinic.agent', true), ''),
          coalesce(current_setting('clinic.path', true), ''),
          coalesce(current_setting('clinic.request', true), ''))
  RETURNING id INTO audit;
  INSERT INTO clinic_audit_personal (audit_id, column_name, before_and_after, salt)
  SELECT audit, e.key, ARRAY[e.value #>> '{0}', e.value #>> '{1}'], salt FROM jsonb_each(apart) AS e;
  RETURN NULL;
END $$;
