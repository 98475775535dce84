import os

from django.db import migrations

THINGS = {"proof": "(1)"}.get(os.environ.get("PLANT", ""), "(1), (2)")


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE TABLE plants_thing (id int);"
            f"INSERT INTO plants_thing VALUES {THINGS};"
            "UPDATE clinic_branch SET trade_name = 'Changed by the migration';"
        )
    ]
