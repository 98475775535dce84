"""What the database holds of the new documents: sums kept by triggers, frozen rows, credits within their lines,
drawers that are closed, and periods whose books are."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_documents_and_money"), ("clinic", "0009_series_of_money")]
    operations = [
        migrations.RunSQL((SQL / "0011_guards.sql").read_text(), migrations.RunSQL.noop),
    ]
