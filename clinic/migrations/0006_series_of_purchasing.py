"""Numbers for purchase orders, goods receipts and debit notes, at branches that are there already."""

from django.db import migrations, models

LETTERS = {"purchase_order": "P", "goods_receipt": "R", "supplier_debit": "D"}


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
    dependencies = [("clinic", "0005_people_move_and_go")]
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
                ],
                max_length=20,
                verbose_name="document",
            ),
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
