"""Lines of invoices, and the batches that products left from."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Row, TaxCategory, TaxRule
from clinic.privacy import Privacy

from .columns import HEADS_AGREE, money
from .invoices import Invoice


class InvoiceLine(Row):
    """One line. On a draft it is what was asked for; the amounts are computed by the server and frozen at issue."""

    class Kind(models.TextChoices):
        TREATMENT = "treatment", _("Treatment")
        PLAN = "plan", _("Package")
        PRODUCT = "product", _("Product")
        CONSULTATION = "consultation", _("Consultation")
        OTHER = "other", _("Other")

    deletable = True  # while a draft; a trigger refuses it afterwards

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
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
    unit_price = money(_("rate"))
    price_includes_tax = models.BooleanField(_("price includes tax"), default=False)
    discount_kind = models.CharField(
        max_length=7, choices=Invoice.DiscountKind, default=Invoice.DiscountKind.PERCENT
    )
    discount_value = money(_("discount"))
    tax_category = models.ForeignKey(TaxCategory, models.PROTECT)
    # Says why the line bears no tax although its category does (entry 74 of Notification 12/2017); never printed.
    exempt_reason = models.CharField(_("exempt because"), max_length=200, blank=True)
    # The local day of the service, where it isn't the day of the bill: it helps to decide the rate (section 14 CGST).
    performed_on = models.DateField(_("performed on"), null=True, blank=True)
    tax_rule = models.ForeignKey(TaxRule, models.PROTECT, null=True)
    tax_treatment = models.CharField(max_length=12, blank=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    cess_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    credit_barred = models.BooleanField(default=False)
    gross = money()
    line_discount = money()
    invoice_discount_share = money()
    net_value = money()
    cgst = money()
    sgst = money()
    igst = money()
    cess = money()
    line_total = money()

    privacy = Privacy(path="invoice__customer", retention="tax", columns=("exempt_reason",))

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
                | Q(kind="product", item__isnull=False, treatment__isnull=True, plan__isnull=True)
                | Q(
                    kind__in=["consultation", "other"],
                    item__isnull=True,
                    treatment__isnull=True,
                    plan__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="invoiceline_quantity_and_price",
                condition=Q(quantity__gt=0, unit_price__gte=0, discount_value__gte=0),
            ),
            models.CheckConstraint(name="invoiceline_heads_agree", condition=HEADS_AGREE),
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
