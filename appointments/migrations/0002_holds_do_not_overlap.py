"""No resource is held twice at one time. The net under the lock order of `appointments.domain`."""

from django.db import migrations

FORWARD = """
ALTER TABLE appointments_hold ADD CONSTRAINT hold_resource_in_one_place
  EXCLUDE USING gist (uuidrange(resource_id, resource_id, '[]') WITH &&, during WITH &&)
  WHERE (released_at IS NULL);
ALTER TABLE appointments_hold ADD CONSTRAINT hold_lasts CHECK (NOT isempty(during));
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0001_initial"), ("clinic", "0002_guards")]
    operations = [
        migrations.RunSQL(
            FORWARD,
            "ALTER TABLE appointments_hold DROP CONSTRAINT hold_resource_in_one_place, DROP CONSTRAINT hold_lasts",
        )
    ]
