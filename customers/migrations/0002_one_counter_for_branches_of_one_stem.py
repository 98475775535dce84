"""Two branches may begin with the same two letters: their reference numbers come from one counter then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [
        migrations.RemoveConstraint("referencecounter", "referencecounter_once"),
        migrations.RemoveField("referencecounter", "branch"),
        migrations.AddField(
            "referencecounter", "stem", models.CharField(max_length=2, default=""), preserve_default=False
        ),
        migrations.AddConstraint(
            "referencecounter",
            models.UniqueConstraint(fields=("stem", "month"), name="referencecounter_once"),
        ),
    ]
