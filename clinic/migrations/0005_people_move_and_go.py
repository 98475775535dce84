"""Rows that are kept as written may still be moved to another record of the same person, and forget who they name.

`clinic.database` says which columns: those that point to the person (purpose "merge"), and those with personal
values (purpose "erase"). The purpose is a setting of the transaction, written by `clinic.privacy.handling`.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION clinic_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable text[];
BEGIN
  IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' THEN
    movable := string_to_array(CASE current_setting('clinic.handling', true)
                               WHEN 'merge' THEN TG_ARGV[0] WHEN 'erase' THEN TG_ARGV[1] END, ',');
    IF to_jsonb(OLD) - movable = to_jsonb(NEW) - movable THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'Rows of % are kept as they were written.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Removes the personal values that the audit keeps apart; the rows of the audit stay, with their hashes.
-- Those of some columns only where the row is another person's.
CREATE FUNCTION clinic_audit_forget(named_table text, keys text[], columns text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  gone bigint;
BEGIN
  IF coalesce(current_setting('clinic.handling', true), '') <> 'erase' THEN
    RAISE EXCEPTION 'The audit forgets only while a person is erased.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM clinic_audit_personal AS p USING clinic_audit AS a
  WHERE p.audit_id = a.id AND a.table_name = named_table AND a.row_id = ANY (keys)
    AND (columns IS NULL OR p.column_name = ANY (columns));
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
"""
BACKWARD = """
DROP FUNCTION clinic_audit_forget(text, text[], text[]);
CREATE OR REPLACE FUNCTION clinic_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Rows of % are kept as they were written.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0004_out_of_service")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
