"""Numbers for notes, receipts, refunds and estimates, at branches that are there already."""

from django.db import migrations, models

LETTERS = {
    "credit_note": "C", "debit_note": "N", "receipt": "M", "receipt_voucher": "A", "refund": "F",
    "refund_voucher": "V", "estimate": "E",
}  # fmt: skip


def give(apps, schema_editor):
    using = schema_editor.connection.alias
    Branch, Series = apps.get_model("clinic", "Branch"), apps.get_model("clinic", "Series")
    for branch in Branch.objects.using(using).order_by("code"):
        same = Series.objects.using(using).filter(branch__registration=branch.registration_id)
        taken = set(same.values_list("prefix", flat=True))
        for kind, letter in LETTERS.items():
            stem = branch.code[:3]
            wanted = [stem + letter, *(f"{stem[:2]}{letter}{digit}" for digit in "123456789")]
            prefix = next((each for each in wanted if each not in taken), wanted[0])
            taken.add(prefix)
            Series.objects.using(using).get_or_create(branch=branch, kind=kind, defaults={"prefix": prefix})


class Migration(migrations.Migration):
    dependencies = [("clinic", "0008_reasons")]
    operations = [
        migrations.AlterField(
            model_name="series",
            name="kind",
            field=models.CharField(
                choices=[
                    ("tax_invoice", "Tax invoice"),
                    ("bill_of_supply", "Bill of supply"),
                    ("bill", "Bill of an unregistered clinic"),
                    ("purchase_order", "Purchase order"),
                    ("goods_receipt", "Goods receipt"),
                    ("supplier_debit", "Debit note to a supplier"),
                    ("credit_note", "Credit note"),
                    ("debit_note", "Debit note"),
                    ("receipt", "Payment receipt"),
                    ("receipt_voucher", "Receipt voucher"),
                    ("refund", "Refund receipt"),
                    ("refund_voucher", "Refund voucher"),
                    ("estimate", "Estimate"),
                ],
                max_length=20,
                verbose_name="document",
            ),
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
