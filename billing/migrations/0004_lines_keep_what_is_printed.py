"""What the paper says under a line is frozen with it. Bills already issued take it from the rows they point to."""

from django.db import migrations, models

FILL = """
ALTER TABLE billing_invoiceline DISABLE TRIGGER frozen;
UPDATE billing_invoiceline l SET practitioner_name = r.name
FROM staff_practitioner p JOIN clinic_resource r ON r.id = p.resource_id WHERE p.id = l.practitioner_id;
UPDATE billing_invoiceline l SET session_count = e.session_count, valid_until = e.valid_until
FROM packages_enrolment e WHERE e.id = l.enrolment_id;
ALTER TABLE billing_invoiceline ENABLE TRIGGER frozen;

-- Only an installed clinic has this trigger: it is set after the first migration.
DO $$
DECLARE
  kept boolean := EXISTS (SELECT FROM pg_trigger WHERE tgname = 'keep' AND tgrelid = 'billing_linebatch'::regclass);
BEGIN
  IF kept THEN ALTER TABLE billing_linebatch DISABLE TRIGGER keep; END IF;
  UPDATE billing_linebatch l SET number = b.number, expires_on = b.expires_on
  FROM inventory_batch b WHERE b.id = l.batch_id;
  IF kept THEN ALTER TABLE billing_linebatch ENABLE TRIGGER keep; END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_chosen_batch"),
        ("clinic", "0002_guards"),
        ("inventory", "0001_initial"),
        ("packages", "0001_initial"),
        ("staff", "0001_initial"),
    ]
    operations = [
        migrations.AddField("invoiceline", "practitioner_name", models.CharField(blank=True, default="", max_length=100), preserve_default=False),
        migrations.AddField("invoiceline", "session_count", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("invoiceline", "valid_until", models.DateField(null=True)),
        migrations.AddField("linebatch", "number", models.CharField(default="", max_length=50), preserve_default=False),
        migrations.AddField("linebatch", "expires_on", models.DateField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
