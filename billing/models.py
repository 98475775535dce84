"""Invoices with frozen lines, payments, and the papers printed from them."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Sum, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, Registration, Row, SeriesYear, TaxCategory, TaxRule
from clinic.privacy import Privacy

if TYPE_CHECKING:
    from staff.models import User


def _money(label: str = "", **more: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=2, default=0, **more)


class InvoiceQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "InvoiceQuerySet":
        return self.filter(branch=user.branch)

    def issued(self) -> "InvoiceQuerySet":
        return self.filter(status=Invoice.Status.ISSUED)

    def drafts(self) -> "InvoiceQuerySet":
        return self.filter(status=Invoice.Status.DRAFT)

    def unpaid(self) -> "InvoiceQuerySet":
        """Issued, with something still due."""
        return self.issued().filter(total__gt=F("paid"))

    def numbered(self, typed: str) -> "InvoiceQuerySet":
        """By any part of the number; three characters and more are found through an index."""
        found = self.filter(number__icontains=typed)
        if len(typed) < 3:
            return found
        return found.alias(parts=_pieces(F("number"))).filter(parts__contains=_pieces(Value(typed)))

    def due(self) -> Decimal:
        """What is still due on all of them together, in rupees."""
        return self.unpaid().order_by().aggregate(due=Sum(F("total") - F("paid")))["due"] or Decimal(0)

    def of(self, customer: models.Model) -> "InvoiceQuerySet":
        """A customer's bills, the latest first, without discarded drafts."""
        return self.filter(customer=customer).exclude(status=Invoice.Status.DISCARDED).order_by("-id")


def _pieces(text: models.Expression | F) -> Func:
    return Func(text, function="clinic_trigrams", output_field=ArrayField(models.TextField()))


class Invoice(Editable):
    """A bill. A draft has no number and may change; once issued the database freezes all but what was paid.

    Money in rupees. `supplier` and `buyer` are snapshots of the day of issue; `paid` is kept by a trigger from the
    allocations of payments and never exceeds the total.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        DISCARDED = "discarded", _("Discarded")

    class Document(models.TextChoices):
        TAX_INVOICE = "tax_invoice", _("Tax invoice")
        BILL_OF_SUPPLY = "bill_of_supply", _("Bill of supply")
        INVOICE_CUM_BILL_OF_SUPPLY = "invoice_cum_bill_of_supply", _("Invoice-cum-bill of supply")
        BILL = "plain_bill_no_gstin", _("Bill")

    class DiscountKind(models.TextChoices):
        PERCENT = "percent", _("Percent")
        AMOUNT = "amount", _("Rupees")

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="invoices")
    appointment = models.ForeignKey(
        "appointments.Appointment", models.PROTECT, null=True, related_name="invoices"
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    document = models.CharField(_("document"), max_length=30, choices=Document, blank=True)
    number = models.CharField(_("number"), max_length=16, blank=True)
    financial_year = models.CharField(max_length=7, blank=True)
    series_year = models.ForeignKey(SeriesYear, models.PROTECT, null=True)
    registration = models.ForeignKey(Registration, models.PROTECT, null=True)
    issued_on = models.DateField(_("date"), null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    place_of_supply = models.CharField(_("place of supply"), max_length=2, blank=True)
    print_address = models.BooleanField(_("print the customer's address"), default=False)
    supplier = models.JSONField(default=dict)
    buyer = models.JSONField(default=dict)
    discount_kind = models.CharField(
        _("discount in"), max_length=7, choices=DiscountKind, default=DiscountKind.PERCENT
    )
    discount_value = _money(_("discount"))
    discount_reason = models.CharField(_("reason for the discount"), max_length=120, blank=True)
    gross = _money()
    line_discount = _money()
    invoice_discount = _money()
    taxable = _money()
    untaxed = _money()
    cgst = _money()
    sgst = _money()
    igst = _money()
    cess = _money()
    round_off = _money()
    total = _money()
    paid = _money()

    objects = InvoiceQuerySet.as_manager()
    privacy = Privacy(path="customer", retention="tax", columns=("buyer",))

    class Meta:
        verbose_name = _("invoice")
        ordering = ["-id"]
        indexes = [
            models.Index(name="invoice_by_branch", fields=["branch", "status", "-issued_at"]),
            models.Index(name="invoice_by_day", fields=["branch", "issued_on"]),
            models.Index(
                name="invoice_unpaid",
                fields=["branch", "issued_on"],
                condition=Q(status="issued", total__gt=F("paid")),
            ),
            GinIndex(_pieces(F("number")), name="invoice_number_parts"),
        ]
        constraints = [
            models.UniqueConstraint(
                models.functions.Upper("number"), "registration", "financial_year",
                name="invoice_number_once_per_registration_and_year", condition=~Q(number=""),
            ),
            models.CheckConstraint(
                name="invoice_issued_is_complete",
                condition=Q(status="issued", issued_on__isnull=False, issued_at__isnull=False, issued_by__isnull=False,
                            registration__isnull=False, series_year__isnull=False)
                & ~Q(number="") & ~Q(document="") & ~Q(place_of_supply="")
                | (~Q(status="issued") & Q(number="", issued_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="invoice_heads_agree",
                condition=Q(cgst=F("sgst")) & (Q(igst=0) | Q(cgst=0)),
            ),
            models.CheckConstraint(
                name="invoice_total_is_the_sum",
                condition=Q(total=F("taxable") + F("untaxed") + F("cgst") + F("sgst") + F("igst") + F("cess") + F("round_off")),
            ),
            models.CheckConstraint(name="invoice_paid_within_total", condition=Q(paid__gte=0, paid__lte=F("total"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    def get_absolute_url(self) -> str:
        return reverse("invoice-detail", args=[self.pk])

    @property
    def due(self) -> Decimal:
        return self.total - self.paid

    @property
    def payment_state(self) -> str:
        """unpaid, partial or paid; derived, never stored."""
        if self.due <= 0:
            return "paid"
        return "partial" if self.paid else "unpaid"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_issued(self) -> bool:
        return self.status == self.Status.ISSUED


class InvoiceLine(Row):
    """One line. On a draft it is what was asked for; the amounts are computed by the server and frozen at issue."""

    class Kind(models.TextChoices):
        TREATMENT = "treatment", _("Treatment")
        PLAN = "plan", _("Package")
        PRODUCT = "product", _("Product")

    deletable = True  # while a draft; a trigger refuses it afterwards

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    treatment = models.ForeignKey("packages.Treatment", models.PROTECT, null=True, related_name="+")
    plan = models.ForeignKey("packages.Plan", models.PROTECT, null=True, related_name="+")
    add_ons = models.JSONField(default=list)  # ids of the plan's parts that are sold with it
    item = models.ForeignKey("inventory.Item", models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(
        "inventory.Batch", models.PROTECT, null=True, related_name="+", verbose_name=_("batch"),
        help_text=_("Empty: the one that expires first."),
    )  # fmt: skip
    enrolment = models.ForeignKey("packages.Enrolment", models.PROTECT, null=True, related_name="+")
    # Of a package that is paid session by session: the one that this line bills.
    session = models.ForeignKey("packages.Session", models.PROTECT, null=True, related_name="+")
    practitioner = models.ForeignKey("staff.Practitioner", models.PROTECT, null=True, related_name="+")
    description = models.CharField(_("description"), max_length=200)
    # What the paper says under the description, as it was on the day of issue.
    practitioner_name = models.CharField(max_length=100, blank=True)
    session_count = models.PositiveSmallIntegerField(null=True)
    valid_until = models.DateField(null=True)
    hsn = models.CharField(_("HSN/SAC"), max_length=8)
    uqc = models.CharField(_("unit"), max_length=3)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=3, default=1)
    unit_price = _money(_("rate"))
    price_includes_tax = models.BooleanField(_("price includes tax"), default=False)
    discount_kind = models.CharField(
        max_length=7, choices=Invoice.DiscountKind, default=Invoice.DiscountKind.PERCENT
    )
    discount_value = _money(_("discount"))
    tax_category = models.ForeignKey(TaxCategory, models.PROTECT)
    tax_rule = models.ForeignKey(TaxRule, models.PROTECT, null=True)
    tax_treatment = models.CharField(max_length=12, blank=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    cess_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    credit_barred = models.BooleanField(default=False)
    gross = _money()
    line_discount = _money()
    invoice_discount_share = _money()
    net_value = _money()
    cgst = _money()
    sgst = _money()
    igst = _money()
    cess = _money()
    line_total = _money()

    privacy = Privacy(path="invoice__customer", retention="tax")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="invoiceline_position_once",
                fields=["invoice", "position"],
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="invoiceline_names_what_it_sells",
                condition=Q(kind="treatment", treatment__isnull=False, plan__isnull=True, item__isnull=True)
                | Q(kind="plan", plan__isnull=False, treatment__isnull=True, item__isnull=True)
                | Q(kind="product", item__isnull=False, treatment__isnull=True, plan__isnull=True),
            ),
            models.CheckConstraint(
                name="invoiceline_quantity_and_price",
                condition=Q(quantity__gt=0, unit_price__gte=0, discount_value__gte=0),
            ),
            models.CheckConstraint(
                name="invoiceline_heads_agree", condition=Q(cgst=F("sgst")) & (Q(igst=0) | Q(cgst=0))
            ),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def taken_off(self) -> Decimal:
        """Every discount on the line, its share of the bill's included."""
        return self.line_discount + self.invoice_discount_share


class LineBatch(Row):
    """From which batches a sold product left, and what the paper says of them, written at issue."""

    append_only = True

    line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="batches")
    batch = models.ForeignKey("inventory.Batch", models.PROTECT, related_name="+")
    number = models.CharField(max_length=50)
    expires_on = models.DateField(null=True)
    quantity = models.DecimalField(max_digits=10, decimal_places=3)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="linebatch_quantity_positive", condition=Q(quantity__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.batch_id}"


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "PaymentQuerySet":
        return self.filter(branch=user.branch)


class Payment(Row):
    """Money received from a customer, in rupees. `tendered` is what was handed over in cash, the change included."""

    class Mode(models.TextChoices):
        CASH = "cash", _("Cash")
        UPI = "upi", _("UPI")
        CARD = "card", _("Card")

    append_only = True

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="payments")
    mode = models.CharField(_("mode"), max_length=10, choices=Mode)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    tendered = models.DecimalField(_("tendered"), max_digits=12, decimal_places=2, null=True)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    received_on = models.DateField(_("received on"))
    received_at = models.DateTimeField()
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    objects = PaymentQuerySet.as_manager()
    privacy = Privacy(path="customer", retention="tax", columns=("reference",))

    class Meta:
        verbose_name = _("payment")
        ordering = ["-id"]
        indexes = [models.Index(name="payment_by_day", fields=["branch", "received_on"])]
        constraints = [
            models.CheckConstraint(name="payment_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_tendered_covers",
                condition=Q(tendered__isnull=True) | Q(mode="cash", tendered__gte=F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.amount}"


class Allocation(Row):
    """How much of a payment went to which invoice. A trigger adds it to the invoice's `paid`."""

    append_only = True

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [models.CheckConstraint(name="allocation_amount_positive", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.amount}"


class Paper(Row):
    """A printed form of an issued invoice, kept per format and payment state: its data never changes."""

    class Format(models.TextChoices):
        A4 = "a4", _("A4")
        SLIP = "slip", _("80 mm slip")

    deletable = True

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="papers")
    format = models.CharField(max_length=4, choices=Format)
    paid = models.DecimalField(max_digits=12, decimal_places=2)
    file = models.FileField(upload_to="papers/%Y/%m/")

    privacy = Privacy(path="invoice__customer", retention="tax")

    class Meta:
        constraints = [models.UniqueConstraint(name="paper_once", fields=["invoice", "format", "paid"])]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.format}"
