"""A payment may buy a gift card; what was brought forward comes once; a refund is agreed to by somebody else."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Upper

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("billing", "0012_drawers_counted_for_others")]
    operations = [
        migrations.RemoveConstraint(model_name="payment", name="payment_goes_nowhere_twice"),
        migrations.RemoveIndex(model_name="payment", name="payment_unapplied"),
        migrations.RemoveField(model_name="payment", name="unapplied"),
        migrations.AddField(
            model_name="payment",
            name="stored",
            field=models.DecimalField(
                decimal_places=2, default=0, max_digits=12, verbose_name="bought a gift card"
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="unapplied",
            field=models.GeneratedField(
                db_persist=True,
                expression=F("amount") - F("applied") - F("tipped") - F("refunded") - F("stored"),
                output_field=models.DecimalField(decimal_places=2, max_digits=12),
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                name="payment_unapplied", fields=["branch", "customer"], condition=Q(unapplied__gt=0)
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                name="payment_goes_nowhere_twice",
                condition=Q(applied__gte=0, tipped__gte=0, refunded__gte=0, stored__gte=0)
                & Q(amount__gte=F("applied") + F("tipped") + F("refunded") + F("stored")),
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                Upper("reference"),
                "branch",
                name="payment_brought_forward_once",
                condition=Q(mode="opening") & ~Q(reference=""),
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                Upper("number"),
                "branch",
                name="invoice_brought_forward_once",
                condition=Q(document="opening_due"),
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                name="refund_agreed_by_another",
                condition=Q(status__in=["requested", "rejected"])
                | Q(kind="reversal")
                | ~Q(decided_by=F("requested_by")),
            ),
        ),
        migrations.RunSQL((SQL / "0013_guards.sql").read_text(), migrations.RunSQL.noop),
    ]
