"""What people do without changing a row is told too, and the audit's rows are sealed in a chain."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql" / "0009_audit.sql"

class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0010_categories_of_goods'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='auditrow',
            options={'managed': False, 'ordering': ['-id'], 'verbose_name': 'audit'},
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('run', models.PositiveSmallIntegerField()),
                ('above', models.BigIntegerField()),
                ('from_transaction', models.BigIntegerField()),
                ('from_id', models.BigIntegerField()),
                ('to_transaction', models.BigIntegerField()),
                ('to_id', models.BigIntegerField()),
                ('highest_id', models.BigIntegerField()),
                ('count', models.PositiveIntegerField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('prints', models.BinaryField()),
                ('previous', models.CharField(max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'seal of the audit',
                'ordering': ['number'],
                'indexes': [models.Index(fields=['to_transaction', 'to_id'], name='auditseal_to')],
            },
        ),
        migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop),
    ]
