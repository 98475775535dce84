"""Tax categories that came later, at clinics that were set up before. What an owner has, by code, stays as it is."""

import json
from pathlib import Path

from django.db import migrations

TAXES = Path(__file__).parent.parent / "data" / "taxes.json"


def add_missing(apps, schema_editor):
    using = schema_editor.connection.alias
    categories = apps.get_model("clinic", "TaxCategory").objects.using(using)
    rules = apps.get_model("clinic", "TaxRule").objects.using(using)
    there = set(categories.values_list("code", flat=True))
    for entry in json.loads(TAXES.read_text()):
        if entry["code"] in there:
            continue
        category = categories.create(
            code=entry["code"], name=entry["name"], supply=entry["supply"], hsn=entry["hsn"], uqc=entry.get("uqc", "NA")
        )
        for rule in entry["rules"]:
            rules.create(
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
    dependencies = [("clinic", "0009_series_of_money")]
    operations = [migrations.RunPython(add_missing, migrations.RunPython.noop)]
