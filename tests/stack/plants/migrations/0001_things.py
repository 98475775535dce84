from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE TABLE plants_thing (id int);"
            "INSERT INTO plants_thing VALUES (1), (2);"
            "UPDATE clinic_branch SET trade_name = 'Changed by the migration';"
        )
    ]
