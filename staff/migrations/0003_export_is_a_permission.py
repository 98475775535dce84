"""Taking customers out of the house as a file is a right of its own: for those who hold every right."""

from django.db import migrations, models


def give_to_those_with_everything(apps, schema_editor):
    using = schema_editor.connection.alias
    for role in apps.get_model("staff", "Role").objects.using(using).filter(code__in=["owner", "administrator"]):
        apps.get_model("staff", "Grant").objects.using(using).create(role=role, permission="customers.export")


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0002_roles'),
    ]

    operations = [
        migrations.AlterField(
            model_name='grant',
            name='permission',
            field=models.CharField(choices=[('dashboard.view', 'See the dashboard'), ('money.view', 'See takings and what is owed'), ('customers.view', 'See customers'), ('customers.create', 'Register customers'), ('customers.change', 'Change customers'), ('customers.export', 'Take the list of customers out as a file'), ('appointments.view', 'See appointments'), ('appointments.create', 'Book appointments'), ('appointments.change', 'Confirm, check in, move and cancel appointments'), ('visits.complete', 'Start and complete visits'), ('packages.view', 'See packages'), ('packages.enrol', 'Enrol customers in packages'), ('inventory.view', 'See stock'), ('inventory.change', 'Take stock in and adjust it'), ('billing.view', 'See invoices'), ('billing.create', 'Draft and issue invoices'), ('billing.collect', 'Take payments'), ('billing.print', 'Print invoices'), ('messages.send', 'Send messages'), ('staff.configure', 'Administer people and roles'), ('settings.configure', 'Administer prices, taxes and settings')], max_length=60, verbose_name='permission'),
        ),
        migrations.RunPython(give_to_those_with_everything, migrations.RunPython.noop),
    ]
