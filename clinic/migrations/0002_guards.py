"""The application's role, the audit with its triggers, what Django's models can't say, and the tax data."""

import json
from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


def load_taxes(apps, schema_editor):
    category_model = apps.get_model("clinic", "TaxCategory")
    rule_model = apps.get_model("clinic", "TaxRule")
    using = schema_editor.connection.alias
    for entry in json.loads((HERE.parent / "data" / "taxes.json").read_text()):
        category = category_model.objects.using(using).create(
            code=entry["code"], name=entry["name"], supply=entry["supply"], hsn=entry["hsn"], uqc=entry.get("uqc", "NA")
        )
        for rule in entry["rules"]:
            rule_model.objects.using(using).create(
                category=category,
                valid_from=rule["from"],
                valid_to=rule.get("to"),
                treatment=rule.get("treatment", "taxable"),
                rate=rule.get("rate", 0),
                credit_barred=rule.get("credit_barred", False),
                confidence=rule.get("confidence", "high"),
                source=rule["source"],
            )


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]
    operations = [
        migrations.RunSQL((HERE / "sql" / "0002_guards.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunPython(load_taxes, migrations.RunPython.noop),
    ]
