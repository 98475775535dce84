"""Seeing the audit, and taking it out as a file, are rights: given to the system roles as `staff/data/roles.json` says."""

import json
from pathlib import Path

from django.db import migrations, models

PRESETS = Path(__file__).parent.parent / "data" / "roles.json"
NEW = ["audit.view", "audit.export"]


def give(apps, schema_editor):
    using = schema_editor.connection.alias
    grant = apps.get_model("staff", "Grant")
    roles = {role.code: role for role in apps.get_model("staff", "Role").objects.using(using).filter(is_system=True)}
    for preset in json.loads(PRESETS.read_text()):
        wanted = NEW if preset["grants"] == "*" else [name for name in NEW if name in preset["grants"]]
        if preset["code"] in roles:
            grant.objects.using(using).bulk_create(
                [grant(role=roles[preset["code"]], permission=name) for name in wanted], ignore_conflicts=True
            )


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0009_saved_views'),
    ]

    operations = [
        migrations.AlterField(
            model_name='grant',
            name='permission',
            field=models.CharField(choices=[('dashboard.view', 'See the dashboard'), ('money.view', 'See takings and what is owed'), ('customers.view', 'See customers'), ('customers.create', 'Register customers'), ('customers.change', 'Change customers'), ('customers.export', 'Take the list of customers out as a file'), ('customers.identity', 'See national id numbers'), ('customers.merge', 'Merge two records of one person'), ('customers.erase', "Hand out and erase a person's data"), ('files.view', "See customers' files and photographs"), ('files.add', 'Add files, photographs and consents'), ('appointments.view', 'See appointments'), ('appointments.create', 'Book appointments'), ('appointments.change', 'Confirm, check in, move and cancel appointments'), ('appointments.prioritise', 'Book priority and emergency visits'), ('visits.complete', 'Start and complete visits'), ('notes.view', 'Read consultation notes'), ('queue.manage', 'Call people from the queue'), ('charges.waive', 'Waive deposits and fees for missed visits'), ('availability.manage', 'Mark practitioners as available or off'), ('availability.override', 'Change availability after the evening lock'), ('packages.view', 'See packages'), ('packages.enrol', 'Enrol customers in packages'), ('packages.change', 'Freeze, extend, transfer and exchange packages'), ('packages.return', 'Take packages back and see what is owed in sessions'), ('sessions.undo', 'Take back a completed session'), ('inventory.view', 'See stock'), ('inventory.change', 'Take stock in, adjust, count and transfer it'), ('inventory.approve', 'Approve adjustments and counts'), ('inventory.export', 'Take stock lists and values out as a file'), ('purchasing.view', 'See purchase orders and what they cost'), ('purchasing.order', 'Write purchase orders'), ('purchasing.approve', 'Approve purchase orders'), ('purchasing.receive', 'Receive goods and send them back'), ('imports.run', 'Import files'), ('billing.view', 'See invoices'), ('billing.create', 'Draft and issue invoices'), ('billing.collect', 'Take payments'), ('billing.print', 'Print invoices'), ('messages.send', 'Send messages'), ('audit.view', 'See who did what'), ('audit.export', 'Take the audit out as a file'), ('staff.configure', 'Administer people and roles'), ('settings.configure', 'Administer prices, taxes and settings')], max_length=60, verbose_name='permission'),
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
