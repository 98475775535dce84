"""Visits booked before numbers existed get theirs in the order of booking; "in progress" is now "in consultation"."""

from django.db import migrations

NUMBERS = """
WITH numbered AS (
    SELECT a.id, a.branch_id, extract(year FROM a.created_at AT TIME ZONE b.time_zone)::int AS year,
           row_number() OVER (
               PARTITION BY a.branch_id, extract(year FROM a.created_at AT TIME ZONE b.time_zone)
               ORDER BY a.created_at, a.id
           ) AS count
    FROM appointments_appointment a JOIN clinic_branch b ON b.id = a.branch_id
)
UPDATE appointments_appointment a
SET number = 'APT-' || numbered.year || '-' || lpad(numbered.count::text, greatest(5, length(numbered.count::text)), '0')
FROM numbered WHERE numbered.id = a.id
"""

COUNTERS = """
INSERT INTO appointments_numberyear (id, created_at, branch_id, year, last_number)
SELECT gen_random_uuid(), now(), branch_id, split_part(number, '-', 2)::int, count(*)
FROM appointments_appointment GROUP BY branch_id, split_part(number, '-', 2)
"""

# The history is append-only by trigger, once there is one: the owner sets it aside for this one word.
NAMES = """
DO $$
DECLARE kept boolean := EXISTS (
    SELECT 1 FROM pg_trigger WHERE tgrelid = 'appointments_statuschange'::regclass AND tgname = 'keep'
);
BEGIN
    UPDATE appointments_appointment SET status = 'in_consultation' WHERE status = 'in_progress';
    IF kept THEN ALTER TABLE appointments_statuschange DISABLE TRIGGER keep; END IF;
    UPDATE appointments_statuschange SET from_status = 'in_consultation' WHERE from_status = 'in_progress';
    UPDATE appointments_statuschange SET to_status = 'in_consultation' WHERE to_status = 'in_progress';
    IF kept THEN ALTER TABLE appointments_statuschange ENABLE TRIGGER keep; END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0003_the_calendar_and_the_visit")]
    operations = [migrations.RunSQL([NUMBERS, COUNTERS, NAMES], migrations.RunSQL.noop)]
