"""What was paid of packages before they had ledgers is written into them, bill by bill."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import migrations
from uuid_utils import compat


def tell_packages(apps, schema_editor):
    db = schema_editor.connection.alias
    Line, Entry = apps.get_model("billing", "InvoiceLine"), apps.get_model("packages", "Entry")
    sold = Line.objects.using(db).filter(enrolment__isnull=False, invoice__status="issued", invoice__paid__gt=0)
    entries = []
    for line in sold.select_related("invoice").order_by("pk").iterator(500):
        invoice = line.invoice
        money = (line.net_value * invoice.paid / invoice.total).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if money:
            entries.append(
                Entry(
                    id=compat.uuid7(), enrolment_id=line.enrolment_id, kind="paid", money=money, on=invoice.issued_on,
                    cause_kind="invoice", cause_id=invoice.pk, by_id=invoice.issued_by_id,
                )
            )  # fmt: skip
    Entry.objects.using(db).bulk_create(entries, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_add_ons_of_a_package"), ("packages", "0006_open_ledgers")]
    operations = [migrations.RunPython(tell_packages, migrations.RunPython.noop)]
