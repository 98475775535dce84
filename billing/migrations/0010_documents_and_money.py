"""Notes, receipts, refunds, stored value, drawers, estimates and online payments; a bill may be cancelled."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import uuid_utils.compat
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0007_switches_belong_to_the_branch'),
        ('billing', '0009_found_by_any_part_of_the_number'),
        ('clinic', '0009_series_of_money'),
        ('customers', '0007_lists_in_order'),
        ('inventory', '0006_suppliers'),
        ('packages', '0007_editions_of_plans'),
        ('staff', '0010_rights_of_money'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Papers are a cache: each is drawn again when somebody asks for it.
        migrations.RunSQL("DELETE FROM billing_paper", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='BillingRules',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('payment_days', models.PositiveSmallIntegerField(default=0, verbose_name='days until an invoice is due')),
                ('backdate_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MaxValueValidator(30)], verbose_name='days an invoice may be dated back')),
                ('estimate_days', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1)], verbose_name='days an estimate is valid')),
                ('takes_tips', models.BooleanField(default=False, verbose_name='takes tips')),
                ('credit_months', models.PositiveSmallIntegerField(blank=True, help_text='Empty: for ever.', null=True, verbose_name='months store credit is valid')),
                ('gift_card_months', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1)], verbose_name='months a gift card is valid')),
                ('points_per_hundred', models.DecimalField(decimal_places=2, default=0, help_text='Of what is paid for before tax. 0: no points are earned.', max_digits=6, verbose_name='points for each ₹100')),
                ('point_value', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='worth of a point, ₹')),
                ('least_points', models.PositiveIntegerField(default=1, verbose_name='fewest points to redeem at once')),
                ('points_months', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1)], verbose_name='months points are valid')),
                ('link_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='days a link to a paper works')),
            ],
            options={
                'verbose_name': 'rules of billing',
                'verbose_name_plural': 'rules of billing',
            },
        ),
        migrations.CreateModel(
            name='CashMovement',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('kind', models.CharField(choices=[('petty_cash', 'Petty cash'), ('bank', 'Taken to the bank'), ('float', 'Change put in'), ('tips', 'Tips paid out'), ('other', 'Other')], max_length=10, verbose_name='what for')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'cash movement',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Drawer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('status', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed'), ('verified', 'Verified')], default='open', max_length=8, verbose_name='status')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('opening_float', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='cash at opening')),
                ('counted', models.JSONField(default=dict)),
                ('declared', models.JSONField(default=dict)),
                ('expected', models.JSONField(default=dict)),
                ('difference', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='difference')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='remark')),
                ('left_in', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='cash left in the drawer')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('verified_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='remark of who verified')),
            ],
            options={
                'verbose_name': 'drawer',
                'ordering': ['-opened_at'],
            },
        ),
        migrations.CreateModel(
            name='Estimate',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('number', models.CharField(blank=True, max_length=16, verbose_name='number')),
                ('financial_year', models.CharField(blank=True, max_length=7)),
                ('issued_on', models.DateField(null=True, verbose_name='date')),
                ('issued_at', models.DateTimeField(null=True)),
                ('supplier', models.JSONField(default=dict)),
                ('buyer', models.JSONField(default=dict)),
                ('taxable', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='taxable value')),
                ('untaxed', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='untaxed value')),
                ('cgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='CGST')),
                ('sgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='SGST')),
                ('igst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='IGST')),
                ('cess', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='cess')),
                ('lines', models.JSONField()),
                ('discount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='discount')),
                ('round_off', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='')),
                ('total', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='total')),
                ('place_of_supply', models.CharField(max_length=2)),
                ('valid_until', models.DateField(verbose_name='valid until')),
            ],
            options={
                'verbose_name': 'estimate',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='GatewayEvent',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('gateway', models.CharField(choices=[('razorpay', 'Razorpay'), ('dummy', 'Dummy gateway')], max_length=10)),
                ('event_id', models.CharField(max_length=80)),
                ('kind', models.CharField(max_length=60)),
                ('told', models.JSONField(default=dict)),
                ('worked_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'message of a gateway',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('number', models.CharField(blank=True, max_length=16, verbose_name='number')),
                ('financial_year', models.CharField(blank=True, max_length=7)),
                ('issued_on', models.DateField(null=True, verbose_name='date')),
                ('issued_at', models.DateTimeField(null=True)),
                ('supplier', models.JSONField(default=dict)),
                ('buyer', models.JSONField(default=dict)),
                ('taxable', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='taxable value')),
                ('untaxed', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='untaxed value')),
                ('cgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='CGST')),
                ('sgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='SGST')),
                ('igst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='IGST')),
                ('cess', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='cess')),
                ('kind', models.CharField(choices=[('credit', 'Credit note'), ('debit', 'Debit note')], max_length=6, verbose_name='kind')),
                ('reason', models.CharField(choices=[('returned', 'Goods brought back'), ('deficient', 'Not done as it should have been'), ('discount', 'Discount after the sale'), ('too_high', 'Price or tax was too high'), ('too_low', 'Price or tax was too low'), ('package', 'Package given back'), ('other', 'Another reason')], max_length=10, verbose_name='reason')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='in your own words')),
                ('changes_tax', models.BooleanField(default=True, verbose_name='changes the tax')),
                ('round_off', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='rounding')),
                ('total', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='total')),
            ],
            options={
                'verbose_name': 'credit or debit note',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='NoteBatch',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('number', models.CharField(max_length=50)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=10)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NoteLine',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('position', models.PositiveSmallIntegerField()),
                ('quantity', models.DecimalField(decimal_places=3, default=0, max_digits=10, verbose_name='quantity')),
                ('net_value', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='')),
                ('cgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='')),
                ('sgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='')),
                ('igst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='')),
                ('cess', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='')),
                ('line_total', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='')),
                ('goods', models.CharField(blank=True, choices=[('', 'Nothing came back'), ('restock', 'Back on the shelf'), ('write_off', 'Written off')], max_length=10, verbose_name='goods')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='OnlinePayment',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('gateway', models.CharField(choices=[('razorpay', 'Razorpay'), ('dummy', 'Dummy gateway')], max_length=10, verbose_name='gateway')),
                ('status', models.CharField(choices=[('created', 'Asked for'), ('pending', 'Pending'), ('succeeded', 'Paid'), ('failed', 'Failed'), ('expired', 'Expired'), ('cancelled', 'Cancelled'), ('attention', 'Needs a look')], default='created', max_length=10, verbose_name='status')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('method', models.CharField(blank=True, max_length=20, verbose_name='method')),
                ('gateway_order', models.CharField(blank=True, max_length=60)),
                ('gateway_link', models.CharField(blank=True, max_length=60)),
                ('link_url', models.URLField(blank=True)),
                ('gateway_payment', models.CharField(blank=True, max_length=60)),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='what went wrong')),
                ('expires_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'online payment',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='PaymentCorrection',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('mode_before', models.CharField(choices=[('cash', 'Cash'), ('upi', 'UPI'), ('card', 'Card'), ('netbanking', 'Net banking'), ('wallet', 'Wallet'), ('cheque', 'Cheque'), ('transfer', 'Bank transfer'), ('online', 'Online'), ('credit', 'Store credit'), ('gift_card', 'Gift card'), ('opening', 'Brought forward')], max_length=10)),
                ('mode', models.CharField(choices=[('cash', 'Cash'), ('upi', 'UPI'), ('card', 'Card'), ('netbanking', 'Net banking'), ('wallet', 'Wallet'), ('cheque', 'Cheque'), ('transfer', 'Bank transfer'), ('online', 'Online'), ('credit', 'Store credit'), ('gift_card', 'Gift card'), ('opening', 'Brought forward')], max_length=10, verbose_name='mode')),
                ('reference', models.CharField(blank=True, max_length=60, verbose_name='reference')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'correction of a payment',
            },
        ),
        migrations.CreateModel(
            name='PeriodLock',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('until', models.DateField(null=True, verbose_name='closed up to and including')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'period lock',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('number', models.CharField(blank=True, max_length=16, verbose_name='number')),
                ('financial_year', models.CharField(blank=True, max_length=7)),
                ('issued_on', models.DateField(null=True, verbose_name='date')),
                ('issued_at', models.DateTimeField(null=True)),
                ('supplier', models.JSONField(default=dict)),
                ('buyer', models.JSONField(default=dict)),
                ('taxable', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='taxable value')),
                ('untaxed', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='untaxed value')),
                ('cgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='CGST')),
                ('sgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='SGST')),
                ('igst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='IGST')),
                ('cess', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='cess')),
                ('document', models.CharField(choices=[('payment_receipt', 'Payment receipt'), ('receipt_voucher', 'Receipt voucher')], max_length=16, verbose_name='document')),
                ('total', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='total')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='for')),
                ('tax_treatment', models.CharField(blank=True, max_length=12)),
                ('tax_rate', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ('place_of_supply', models.CharField(blank=True, max_length=2, verbose_name='place of supply')),
            ],
            options={
                'verbose_name': 'receipt',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('number', models.CharField(blank=True, max_length=16, verbose_name='number')),
                ('financial_year', models.CharField(blank=True, max_length=7)),
                ('issued_on', models.DateField(null=True, verbose_name='date')),
                ('issued_at', models.DateTimeField(null=True)),
                ('supplier', models.JSONField(default=dict)),
                ('buyer', models.JSONField(default=dict)),
                ('taxable', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='taxable value')),
                ('untaxed', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='untaxed value')),
                ('cgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='CGST')),
                ('sgst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='SGST')),
                ('igst', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='IGST')),
                ('cess', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='cess')),
                ('kind', models.CharField(choices=[('refund', 'Refund'), ('reversal', 'Payment that failed')], default='refund', max_length=8)),
                ('status', models.CharField(choices=[('requested', 'Asked for'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('processed', 'Paid out')], default='requested', max_length=10, verbose_name='status')),
                ('document', models.CharField(blank=True, choices=[('refund_receipt', 'Refund receipt'), ('refund_voucher', 'Refund voucher')], max_length=14)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('mode', models.CharField(choices=[('cash', 'Cash'), ('upi', 'UPI'), ('card', 'Card'), ('netbanking', 'Net banking'), ('wallet', 'Wallet'), ('cheque', 'Cheque'), ('transfer', 'Bank transfer'), ('online', 'Online'), ('credit', 'Store credit'), ('gift_card', 'Gift card'), ('opening', 'Brought forward')], max_length=10, verbose_name='mode')),
                ('reference', models.CharField(blank=True, max_length=60, verbose_name='reference')),
                ('reason', models.CharField(choices=[('service_not_provided', 'Service not given'), ('billing_error', 'Billing error'), ('patient_request', 'The customer asked for it'), ('failed', 'The payment failed')], max_length=20, verbose_name='reason')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='in your own words')),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('gateway_id', models.CharField(blank=True, max_length=60)),
                ('gateway_status', models.CharField(blank=True, max_length=20)),
            ],
            options={
                'verbose_name': 'refund',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='StoredValue',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('kind', models.CharField(choices=[('credit', 'Store credit'), ('gift_card', 'Gift card'), ('points', 'Loyalty points')], max_length=10, verbose_name='kind')),
                ('code', models.CharField(blank=True, max_length=16, verbose_name='code')),
                ('expires_on', models.DateField(null=True, verbose_name='last day')),
                ('balance', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='balance')),
            ],
            options={
                'verbose_name': 'stored value',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='StoredValueEntry',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('kind', models.CharField(choices=[('opening', 'Brought forward'), ('bought', 'Bought'), ('given', 'Given instead of money'), ('earned', 'Earned'), ('spent', 'Spent'), ('returned', 'Given back'), ('expired', 'Expired'), ('taken_back', 'Taken back')], max_length=10, verbose_name='what')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('on', models.DateField(verbose_name='day')),
            ],
            options={
                'verbose_name': 'entry of a stored value',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Tip',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='tip')),
            ],
            options={
                'verbose_name': 'tip',
            },
        ),
        migrations.RemoveConstraint(
            model_name='allocation',
            name='allocation_amount_positive',
        ),
        migrations.RemoveConstraint(
            model_name='invoice',
            name='invoice_issued_is_complete',
        ),
        migrations.RemoveConstraint(
            model_name='invoice',
            name='invoice_paid_within_total',
        ),
        migrations.RemoveConstraint(
            model_name='invoiceline',
            name='invoiceline_names_what_it_sells',
        ),
        migrations.RemoveConstraint(
            model_name='paper',
            name='paper_once',
        ),
        migrations.RemoveIndex(
            model_name='invoice',
            name='invoice_unpaid',
        ),
        migrations.RemoveField(
            model_name='paper',
            name='invoice',
        ),
        migrations.RemoveField(
            model_name='paper',
            name='paid',
        ),
        migrations.AddField(
            model_name='allocation',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invoice',
            name='buyer_name',
            field=models.CharField(blank=True, max_length=150, verbose_name='name on the invoice'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='buyer_phone',
            field=models.CharField(blank=True, max_length=16, verbose_name='phone on the invoice'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='cancel_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason for cancelling'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='cancelled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='invoice',
            name='cancelled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invoice',
            name='credited',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='credited'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='dated',
            field=models.DateField(blank=True, help_text='Empty: the day on which it is issued.', null=True, verbose_name='date'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='debited',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='debited'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='discount_allowed',
            field=models.DecimalField(decimal_places=2, max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name='invoice',
            name='discount_allowed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invoice',
            name='discount_asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='invoice',
            name='due_on',
            field=models.DateField(blank=True, null=True, verbose_name='due on'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='note',
            field=models.CharField(blank=True, max_length=500, verbose_name='note on the invoice'),
        ),
        migrations.AddField(
            model_name='paper',
            name='customer',
            field=models.ForeignKey(default=None, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='invoice',
            name='paid_on',
            field=models.DateField(blank=True, help_text='Where the rate changed since: of performed, billed and paid, two decide (section 14 CGST).', null=True, verbose_name='paid in advance on'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='points',
            field=models.PositiveIntegerField(default=0, verbose_name='points redeemed'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='points_value',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='value of the points'),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='exempt_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='exempt because'),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='performed_on',
            field=models.DateField(blank=True, null=True, verbose_name='performed on'),
        ),
        migrations.AddField(
            model_name='paper',
            name='copy',
            field=models.CharField(choices=[('original', 'Original for the recipient'), ('duplicate', 'Duplicate for the supplier'), ('triplicate', 'Triplicate for the supplier')], default='original', max_length=10),
        ),
        migrations.AddField(
            model_name='paper',
            name='document',
            field=models.CharField(choices=[('invoice', 'Invoice'), ('note', 'Note'), ('receipt', 'Receipt'), ('refund', 'Refund'), ('estimate', 'Estimate')], default='invoice', max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='paper',
            name='document_id',
            field=models.UUIDField(default='00000000-0000-0000-0000-000000000000'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='paper',
            name='language',
            field=models.CharField(default='en', max_length=5),
        ),
        migrations.AddField(
            model_name='paper',
            name='state',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name='payment',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='payment',
            name='applied',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='applied'),
        ),
        migrations.AddField(
            model_name='payment',
            name='refunded',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='refunded'),
        ),
        migrations.AddField(
            model_name='payment',
            name='tipped',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='tipped'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='document',
            field=models.CharField(blank=True, choices=[('tax_invoice', 'Tax invoice'), ('bill_of_supply', 'Bill of supply'), ('invoice_cum_bill_of_supply', 'Invoice-cum-bill of supply'), ('plain_bill_no_gstin', 'Bill'), ('opening_due', 'Opening due')], max_length=30, verbose_name='document'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('issued', 'Issued'), ('discarded', 'Discarded'), ('cancelled', 'Cancelled')], default='draft', max_length=10, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='invoiceline',
            name='kind',
            field=models.CharField(choices=[('treatment', 'Treatment'), ('plan', 'Package'), ('product', 'Product'), ('consultation', 'Consultation'), ('other', 'Other')], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='paper',
            name='format',
            field=models.CharField(choices=[('a4', 'A4'), ('a5', 'A5'), ('slip', '80 mm slip')], max_length=4),
        ),
        migrations.AlterField(
            model_name='payment',
            name='mode',
            field=models.CharField(choices=[('cash', 'Cash'), ('upi', 'UPI'), ('card', 'Card'), ('netbanking', 'Net banking'), ('wallet', 'Wallet'), ('cheque', 'Cheque'), ('transfer', 'Bank transfer'), ('online', 'Online'), ('credit', 'Store credit'), ('gift_card', 'Gift card'), ('opening', 'Brought forward')], max_length=10, verbose_name='mode'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='allocation_is_not_nothing'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('issued_by__isnull', False), ('status__in', ['issued', 'cancelled']), ('issued_at__isnull', False), ('issued_on__isnull', False), ('registration__isnull', False), ('series_year__isnull', False), models.Q(('number', ''), _negated=True), models.Q(('document', ''), _negated=True), models.Q(('place_of_supply', ''), _negated=True)), models.Q(('document', 'opening_due'), ('issued_at__isnull', False), ('issued_by__isnull', False), ('issued_on__isnull', False), ('series_year__isnull', True), ('status__in', ['issued', 'cancelled']), ('taxable', 0), models.Q(('number', ''), _negated=True)), models.Q(('issued_at__isnull', True), ('number', ''), ('status__in', ['draft', 'discarded'])), _connector='OR'), name='invoice_issued_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('status', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), models.Q(models.Q(('status', 'cancelled'), _negated=True), ('cancel_reason', ''), ('cancelled_at__isnull', True), ('cancelled_by__isnull', True)), _connector='OR'), name='invoice_cancelled_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('credited__gte', 0), ('debited__gte', 0), ('paid__gte', 0), ('paid__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('total'), '+', models.F('debited')), '-', models.F('credited'))), models.Q(models.Q(('status', 'cancelled'), _negated=True), models.Q(('credited', 0), ('debited', 0), ('paid', 0)), _connector='OR')), name='invoice_paid_within_what_is_owed'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('points', 0), ('points_value', 0)), models.Q(('points__gt', 0), ('points_value__gt', 0)), _connector='OR'), name='invoice_points_have_a_value'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('discount_allowed__isnull', True), ('discount_allowed_by__isnull', True)), models.Q(('discount_allowed__range', (0, 100)), ('discount_allowed_by__isnull', False)), _connector='OR'), name='invoice_discount_allowed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('item__isnull', True), ('kind', 'treatment'), ('plan__isnull', True), ('treatment__isnull', False)), models.Q(('item__isnull', True), ('kind', 'plan'), ('plan__isnull', False), ('treatment__isnull', True)), models.Q(('item__isnull', False), ('kind', 'product'), ('plan__isnull', True), ('treatment__isnull', True)), models.Q(('item__isnull', True), ('kind__in', ['consultation', 'other']), ('plan__isnull', True), ('treatment__isnull', True)), _connector='OR'), name='invoiceline_names_what_it_sells'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.UniqueConstraint(fields=('document_id', 'document', 'format', 'language', 'copy', 'state'), name='paper_once_per_form'),
        ),
        migrations.AddField(
            model_name='billingrules',
            name='branch',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='billing_rules', to='clinic.branch'),
        ),
        migrations.AddField(
            model_name='cashmovement',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='cashmovement',
            name='practitioner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.practitioner'),
        ),
        migrations.AddField(
            model_name='drawer',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='clinic.branch'),
        ),
        migrations.AddField(
            model_name='drawer',
            name='cashier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='drawer',
            name='handed_to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='drawer',
            name='verified_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='cashmovement',
            name='drawer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='billing.drawer'),
        ),
        migrations.AddField(
            model_name='payment',
            name='drawer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='billing.drawer'),
        ),
        migrations.AddField(
            model_name='estimate',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='clinic.branch'),
        ),
        migrations.AddField(
            model_name='estimate',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='estimate',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='estimate',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='estimate',
            name='registration',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.registration'),
        ),
        migrations.AddField(
            model_name='estimate',
            name='series_year',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.seriesyear'),
        ),
        migrations.AddField(
            model_name='note',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='clinic.branch'),
        ),
        migrations.AddField(
            model_name='note',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='note',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes_of_bills', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='note',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='note',
            name='registration',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.registration'),
        ),
        migrations.AddField(
            model_name='note',
            name='series_year',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.seriesyear'),
        ),
        migrations.AddField(
            model_name='notebatch',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.batch'),
        ),
        migrations.AddField(
            model_name='noteline',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='note_lines', to='billing.invoiceline'),
        ),
        migrations.AddField(
            model_name='noteline',
            name='note',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.note'),
        ),
        migrations.AddField(
            model_name='notebatch',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='billing.noteline'),
        ),
        migrations.AddField(
            model_name='onlinepayment',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='clinic.branch'),
        ),
        migrations.AddField(
            model_name='onlinepayment',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='onlinepayment',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='online_payments', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='onlinepayment',
            name='invoice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='online_payments', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='onlinepayment',
            name='payment',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='online', to='billing.payment'),
        ),
        migrations.AddField(
            model_name='gatewayevent',
            name='online_payment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='billing.onlinepayment'),
        ),
        migrations.AddField(
            model_name='paymentcorrection',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='paymentcorrection',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='billing.payment'),
        ),
        migrations.AddField(
            model_name='periodlock',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='periodlock',
            name='registration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='period_locks', to='clinic.registration'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts_of_money', to='clinic.branch'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='receipt',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='registration',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.registration'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='series_year',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.seriesyear'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='tax_category',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.taxcategory'),
        ),
        migrations.AddField(
            model_name='payment',
            name='receipt',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='billing.receipt'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('applied__gte', 0), ('refunded__gte', 0), ('tipped__gte', 0), ('amount__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('applied'), '+', models.F('tipped')), '+', models.F('refunded')))), name='payment_goes_nowhere_twice'),
        ),
        migrations.AddField(
            model_name='refund',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='clinic.branch'),
        ),
        migrations.AddField(
            model_name='refund',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='refund',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='drawer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='billing.drawer'),
        ),
        migrations.AddField(
            model_name='refund',
            name='invoice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='refund',
            name='note',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='billing.note'),
        ),
        migrations.AddField(
            model_name='refund',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='billing.payment'),
        ),
        migrations.AddField(
            model_name='refund',
            name='processed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='registration',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.registration'),
        ),
        migrations.AddField(
            model_name='refund',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='series_year',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.seriesyear'),
        ),
        migrations.AddField(
            model_name='storedvalue',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.branch'),
        ),
        migrations.AddField(
            model_name='storedvalue',
            name='customer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stored_values', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='storedvalue',
            name='receipt',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stored_values', to='billing.receipt'),
        ),
        migrations.AddField(
            model_name='storedvalueentry',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='storedvalueentry',
            name='invoice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='value_entries', to='billing.invoice'),
        ),
        migrations.AddField(
            model_name='storedvalueentry',
            name='note',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='value_entries', to='billing.note'),
        ),
        migrations.AddField(
            model_name='storedvalueentry',
            name='payment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='value_entries', to='billing.payment'),
        ),
        migrations.AddField(
            model_name='storedvalueentry',
            name='refund',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='value_entries', to='billing.refund'),
        ),
        migrations.AddField(
            model_name='storedvalueentry',
            name='value',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='billing.storedvalue'),
        ),
        migrations.AddField(
            model_name='tip',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tips', to='billing.payment'),
        ),
        migrations.AddField(
            model_name='tip',
            name='practitioner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.practitioner'),
        ),
        migrations.AddConstraint(
            model_name='billingrules',
            constraint=models.CheckConstraint(condition=models.Q(('backdate_days__lte', 30), ('estimate_days__gte', 1), ('gift_card_months__gte', 1), ('link_days__range', (1, 365)), ('point_value__gte', 0), ('points_months__gte', 1), ('points_per_hundred__gte', 0)), name='billingrules_ranges', violation_error_message='A number among the rules of billing is out of its range.'),
        ),
        migrations.AddIndex(
            model_name='drawer',
            index=models.Index(fields=['branch', '-opened_at'], name='drawer_by_branch'),
        ),
        migrations.AddConstraint(
            model_name='drawer',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('branch', 'cashier'), name='drawer_one_open_per_cashier'),
        ),
        migrations.AddConstraint(
            model_name='drawer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('status', 'open'), ('verified_at__isnull', True)), models.Q(('closed_at__isnull', False), ('status', 'closed'), ('verified_at__isnull', True)), models.Q(('closed_at__isnull', False), ('status', 'verified'), ('verified_at__isnull', False), ('verified_by__isnull', False)), _connector='OR'), name='drawer_closed_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='drawer',
            constraint=models.CheckConstraint(condition=models.Q(('verified_by', models.F('cashier')), _negated=True), name='drawer_verified_by_another'),
        ),
        migrations.AddConstraint(
            model_name='drawer',
            constraint=models.CheckConstraint(condition=models.Q(('left_in__gte', 0), ('opening_float__gte', 0)), name='drawer_float'),
        ),
        migrations.AddConstraint(
            model_name='cashmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__lt', 0), ('kind__in', ['petty_cash', 'bank', 'tips'])), models.Q(('amount__gt', 0), ('kind', 'float')), models.Q(('kind', 'other'), models.Q(('amount', 0), _negated=True)), _connector='OR'), name='cashmovement_sign_fits_kind'),
        ),
        migrations.AddConstraint(
            model_name='cashmovement',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='cashmovement_says_why'),
        ),
        migrations.AddConstraint(
            model_name='estimate',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Upper('number'), models.F('registration'), models.F('financial_year'), condition=models.Q(('number', ''), _negated=True), name='estimate_number_once_per_registration_and_year'),
        ),
        migrations.AddConstraint(
            model_name='estimate',
            constraint=models.CheckConstraint(condition=models.Q(('issued_at__isnull', False), ('issued_on__isnull', False), ('registration__isnull', False), ('series_year__isnull', False), models.Q(('number', ''), _negated=True), ('valid_until__gte', models.F('issued_on'))), name='estimate_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='estimate',
            constraint=models.CheckConstraint(condition=models.Q(('cgst', models.F('sgst')), models.Q(('igst', 0), ('cgst', 0), _connector='OR')), name='estimate_heads_agree'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(fields=['branch', 'issued_on'], name='note_by_day'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('number'), function='clinic_trigrams', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), name='note_number_parts'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Upper('number'), models.F('registration'), models.F('financial_year'), condition=models.Q(('number', ''), _negated=True), name='note_number_once_per_registration_and_year'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('issued_at__isnull', False), ('issued_on__isnull', False), ('registration__isnull', False), ('series_year__isnull', False), models.Q(('number', ''), _negated=True), ('total__gt', 0)), name='note_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('cgst', models.F('sgst')), models.Q(('igst', 0), ('cgst', 0), _connector='OR')), name='note_heads_agree'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taxable'), '+', models.F('untaxed')), '+', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('cgst'), '+', models.F('sgst')), '+', models.F('igst')), '+', models.F('cess'))), '+', models.F('round_off')))), name='note_total_is_the_sum'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('changes_tax', True), models.Q(('cess', 0), ('cgst', 0), ('igst', 0), ('sgst', 0)), _connector='OR'), name='note_without_tax_has_none'),
        ),
        migrations.AddConstraint(
            model_name='noteline',
            constraint=models.UniqueConstraint(fields=('note', 'line'), name='noteline_once'),
        ),
        migrations.AddConstraint(
            model_name='noteline',
            constraint=models.CheckConstraint(condition=models.Q(('cess__gte', 0), ('cgst__gte', 0), ('igst__gte', 0), ('line_total__gt', 0), ('net_value__gte', 0), ('quantity__gte', 0), ('cgst', models.F('sgst')), models.Q(('igst', 0), ('cgst', 0), _connector='OR')), name='noteline_amounts'),
        ),
        migrations.AddConstraint(
            model_name='noteline',
            constraint=models.CheckConstraint(condition=models.Q(('line_total', django.db.models.expressions.CombinedExpression(models.F('net_value'), '+', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('cgst'), '+', models.F('sgst')), '+', models.F('igst')), '+', models.F('cess'))))), name='noteline_total_is_the_sum'),
        ),
        migrations.AddConstraint(
            model_name='notebatch',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='notebatch_quantity_positive'),
        ),
        migrations.AddIndex(
            model_name='onlinepayment',
            index=models.Index(fields=['branch', 'status', 'created_at'], name='onlinepayment_by_status'),
        ),
        migrations.AddConstraint(
            model_name='onlinepayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='onlinepayment_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='onlinepayment',
            constraint=models.UniqueConstraint(condition=models.Q(('gateway_order', ''), _negated=True), fields=('gateway', 'gateway_order'), name='onlinepayment_order_once'),
        ),
        migrations.AddConstraint(
            model_name='onlinepayment',
            constraint=models.UniqueConstraint(condition=models.Q(('gateway_link', ''), _negated=True), fields=('gateway', 'gateway_link'), name='onlinepayment_link_once'),
        ),
        migrations.AddConstraint(
            model_name='onlinepayment',
            constraint=models.UniqueConstraint(condition=models.Q(('gateway_payment', ''), _negated=True), fields=('gateway', 'gateway_payment'), name='onlinepayment_payment_once'),
        ),
        migrations.AddConstraint(
            model_name='onlinepayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'succeeded'), _negated=True), ('payment__isnull', False), _connector='OR'), name='onlinepayment_paid_is_booked'),
        ),
        migrations.AddConstraint(
            model_name='gatewayevent',
            constraint=models.UniqueConstraint(fields=('gateway', 'event_id'), name='gatewayevent_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentcorrection',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['cash', 'upi', 'card', 'netbanking', 'wallet', 'cheque', 'transfer']), ('mode_before__in', ['cash', 'upi', 'card', 'netbanking', 'wallet', 'cheque', 'transfer']), models.Q(('mode', models.F('mode_before')), _negated=True)), name='paymentcorrection_changes_between_desk_modes'),
        ),
        migrations.AddConstraint(
            model_name='periodlock',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='periodlock_says_why'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['branch', 'issued_on'], name='receipt_by_day'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Upper('number'), models.F('registration'), models.F('financial_year'), condition=models.Q(('number', ''), _negated=True), name='receipt_number_once_per_registration_and_year'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('issued_at__isnull', False), ('issued_on__isnull', False), ('registration__isnull', False), ('series_year__isnull', False), models.Q(('number', ''), _negated=True), ('total__gt', 0)), name='receipt_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('cgst', models.F('sgst')), models.Q(('igst', 0), ('cgst', 0), _connector='OR')), name='receipt_heads_agree'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('document', 'receipt_voucher'), models.Q(('cess', 0), ('cgst', 0), ('igst', 0), ('sgst', 0)), _connector='OR'), name='receipt_tax_is_of_an_advance'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='outstanding',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(status='issued', then=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('total'), '+', models.F('debited')), '-', models.F('credited')), '-', models.F('paid'))), default=models.Value(Decimal('0'))), output_field=models.DecimalField(decimal_places=2, max_digits=12)),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('outstanding__gt', 0)), fields=['branch', 'issued_on'], name='invoice_unpaid'),
        ),
        migrations.AddField(
            model_name='payment',
            name='unapplied',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('amount'), '-', models.F('applied')), '-', models.F('tipped')), '-', models.F('refunded')), output_field=models.DecimalField(decimal_places=2, max_digits=12)),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('unapplied__gt', 0)), fields=['branch', 'customer'], name='payment_unapplied'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['branch', 'status', 'issued_on'], name='refund_by_day'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Upper('number'), models.F('registration'), models.F('financial_year'), condition=models.Q(('number', ''), _negated=True), name='refund_number_once_per_registration_and_year'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('cgst', models.F('sgst')), models.Q(('igst', 0), ('cgst', 0), _connector='OR')), name='refund_heads_agree'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('processed_by__isnull', False), ('status', 'processed'), models.Q(('document', ''), _negated=True), ('issued_at__isnull', False), ('issued_on__isnull', False), ('registration__isnull', False), ('series_year__isnull', False), models.Q(('number', ''), _negated=True)), models.Q(models.Q(('status', 'processed'), _negated=True), ('issued_at__isnull', True), ('number', ''), ('processed_by__isnull', True)), _connector='OR'), name='refund_processed_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('status', 'requested')), models.Q(models.Q(('status', 'requested'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='refund_decided_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='storedvalue',
            index=models.Index(condition=models.Q(('balance__gt', 0)), fields=['customer', 'kind', 'expires_on'], name='storedvalue_left'),
        ),
        migrations.AddConstraint(
            model_name='storedvalue',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='storedvalue_code_once'),
        ),
        migrations.AddConstraint(
            model_name='storedvalue',
            constraint=models.CheckConstraint(condition=models.Q(('balance__gte', 0)), name='storedvalue_never_below_zero'),
        ),
        migrations.AddConstraint(
            model_name='storedvalue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'gift_card'), models.Q(('code', ''), _negated=True)), models.Q(('code', ''), ('customer__isnull', False)), _connector='OR'), name='storedvalue_has_an_owner_or_a_code'),
        ),
        migrations.AddConstraint(
            model_name='storedvalueentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('kind__in', ['opening', 'bought', 'given', 'earned', 'returned'])), models.Q(('amount__lt', 0), ('kind__in', ['spent', 'expired', 'taken_back'])), _connector='OR'), name='storedvalueentry_sign_fits_kind'),
        ),
        migrations.AddConstraint(
            model_name='tip',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='tip_amount_positive'),
        ),
    ]
