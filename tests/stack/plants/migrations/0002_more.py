import os

from django.db import migrations

BAD = os.environ.get("PLANT") == "migration"


class Migration(migrations.Migration):
    dependencies = [("plants", "0001_things")]
    operations = [migrations.RunSQL("SELECT 1 / 0" if BAD else "SELECT 1")]
