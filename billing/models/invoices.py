"""Invoices: a draft may change, an issued one is frozen but for what was paid, credited and debited."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable, Registration, SeriesYear
from clinic.privacy import Privacy

from .columns import HEADS_AGREE, IS_NUMBERED, money, number_once, trigrams

if TYPE_CHECKING:
    from staff.models import User


class InvoiceQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "InvoiceQuerySet":
        return self.filter(branch=user.branch)

    def issued(self) -> "InvoiceQuerySet":
        return self.filter(status=Invoice.Status.ISSUED)

    def drafts(self) -> "InvoiceQuerySet":
        return self.filter(status=Invoice.Status.DRAFT)

    def printable(self) -> "InvoiceQuerySet":
        """Issued here, cancelled ones too; what was brought forward has its paper in the former system."""
        wanted = [Invoice.Status.ISSUED, Invoice.Status.CANCELLED]
        return self.filter(status__in=wanted).exclude(document=Invoice.Document.OPENING_DUE)

    def discount_asked(self) -> "InvoiceQuerySet":
        """Drafts with a discount above the cap of who wrote them, that wait for somebody to agree."""
        return self.drafts().filter(discount_asked_at__isnull=False)

    def unpaid(self) -> "InvoiceQuerySet":
        """Issued, with something still due."""
        return self.filter(outstanding__gt=0)

    def numbered(self, typed: str) -> "InvoiceQuerySet":
        """By any part of the number; three characters and more are found through an index."""
        found = self.filter(number__icontains=typed)
        if len(typed) < 3:
            return found
        return found.alias(parts=trigrams(F("number"))).filter(parts__contains=trigrams(Value(typed)))

    def due(self) -> Decimal:
        """What is still due on all of them together, in rupees."""
        return self.unpaid().order_by().aggregate(due=Sum("outstanding"))["due"] or Decimal(0)

    def of(self, customer: models.Model) -> "InvoiceQuerySet":
        """A customer's bills, the latest first, without discarded drafts."""
        return self.filter(customer=customer).exclude(status=Invoice.Status.DISCARDED).order_by("-id")


class Invoice(Editable):
    """A bill. A draft has no number and may change; once issued the database freezes what it says.

    Money in rupees. `supplier` and `buyer` are snapshots of the day of issue. Triggers keep `paid` from the allocations
    of payments, `credited` and `debited` from the notes against it; what was paid never exceeds what is owed.
    A cancelled bill keeps its number and owes nothing. An opening due is what a former system says is owed: it has that
    system's number, no lines and no tax, and is no supply of ours.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        DISCARDED = "discarded", _("Discarded")
        CANCELLED = "cancelled", _("Cancelled")

    class Document(models.TextChoices):
        TAX_INVOICE = "tax_invoice", _("Tax invoice")
        BILL_OF_SUPPLY = "bill_of_supply", _("Bill of supply")
        INVOICE_CUM_BILL_OF_SUPPLY = "invoice_cum_bill_of_supply", _("Invoice-cum-bill of supply")
        BILL = "plain_bill_no_gstin", _("Bill")
        OPENING_DUE = "opening_due", _("Opening due")

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
    discount_value = money(_("discount"))
    discount_reason = models.CharField(_("reason for the discount"), max_length=120, blank=True)
    gross = money()
    line_discount = money()
    invoice_discount = money()
    taxable = money()
    untaxed = money()
    cgst = money()
    sgst = money()
    igst = money()
    cess = money()
    round_off = money()
    total = money()
    paid = money()
    credited = money(_("credited"))
    debited = money(_("debited"))
    outstanding = models.GeneratedField(
        expression=Case(
            When(status="issued", then=F("total") + F("debited") - F("credited") - F("paid")),
            default=Value(Decimal(0)),
        ),
        output_field=models.DecimalField(max_digits=12, decimal_places=2),
        db_persist=True,
    )
    # What is asked of a draft besides its lines.
    dated = models.DateField(
        _("date"), null=True, blank=True, help_text=_("Empty: the day on which it is issued.")
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    paid_on = models.DateField(
        _("paid in advance on"), null=True, blank=True,
        help_text=_("Where the rate changed since: of performed, billed and paid, two decide (section 14 CGST)."),
    )  # fmt: skip
    note = models.CharField(_("note on the invoice"), max_length=500, blank=True)
    buyer_name = models.CharField(_("name on the invoice"), max_length=150, blank=True)
    buyer_phone = models.CharField(_("phone on the invoice"), max_length=16, blank=True)
    points = models.PositiveIntegerField(_("points redeemed"), default=0)
    points_value = money(_("value of the points"))
    # The largest discount that somebody above the cap agreed to, in percent of the whole before discounts.
    discount_asked_at = models.DateTimeField(null=True)
    discount_asked_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    discount_answer = models.CharField(_("why the discount was declined"), max_length=200, blank=True)
    discount_allowed = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    discount_allowed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(_("reason for cancelling"), max_length=200, blank=True)

    objects = InvoiceQuerySet.as_manager()
    privacy = Privacy(
        path="customer", retention="tax", columns=("buyer", "buyer_name", "buyer_phone", "note")
    )

    class Meta:
        verbose_name = _("invoice")
        ordering = ["-id"]
        indexes = [
            models.Index(name="invoice_by_branch", fields=["branch", "status", "-issued_at"]),
            models.Index(
                name="invoice_discount_asked", fields=["branch"], condition=Q(discount_asked_at__isnull=False)
            ),
            models.Index(name="invoice_by_day", fields=["branch", "issued_on"]),
            models.Index(
                name="invoice_unpaid",
                fields=["branch", "issued_on"],
                condition=Q(outstanding__gt=0),
            ),
            GinIndex(trigrams(F("number")), name="invoice_number_parts"),
        ]
        constraints = [
            number_once("invoice_number_once_per_registration_and_year"),
            models.UniqueConstraint(
                Upper("number"), "branch", name="invoice_brought_forward_once", condition=Q(document="opening_due")
            ),
            models.CheckConstraint(
                name="invoice_issued_is_complete",
                condition=Q(status__in=["issued", "cancelled"], issued_by__isnull=False) & IS_NUMBERED
                & ~Q(document="") & ~Q(place_of_supply="")
                | Q(document="opening_due", status__in=["issued", "cancelled"], issued_on__isnull=False,
                    issued_at__isnull=False, issued_by__isnull=False, series_year__isnull=True, taxable=0) & ~Q(number="")
                | Q(status__in=["draft", "discarded"], number="", issued_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invoice_cancelled_is_complete",
                condition=Q(status="cancelled", cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason="")
                | ~Q(status="cancelled") & Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancel_reason=""),
            ),
            models.CheckConstraint(name="invoice_heads_agree", condition=HEADS_AGREE),
            models.CheckConstraint(
                name="invoice_total_is_the_sum",
                condition=Q(total=F("taxable") + F("untaxed") + F("cgst") + F("sgst") + F("igst") + F("cess") + F("round_off")),
            ),
            models.CheckConstraint(
                name="invoice_paid_within_what_is_owed",
                condition=Q(paid__gte=0, credited__gte=0, debited__gte=0)
                & Q(paid__lte=F("total") + F("debited") - F("credited"))
                & (~Q(status="cancelled") | Q(paid=0, credited=0, debited=0)),
            ),
            models.CheckConstraint(
                name="invoice_points_have_a_value",
                condition=Q(points=0, points_value=0) | Q(points__gt=0, points_value__gt=0),
            ),
            models.CheckConstraint(
                name="invoice_discount_allowed_by_somebody",
                condition=Q(discount_allowed__isnull=True, discount_allowed_by__isnull=True)
                | Q(discount_allowed__range=(0, 100), discount_allowed_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    def get_absolute_url(self) -> str:
        return reverse("invoice-detail", args=[self.pk])

    @property
    def owed(self) -> Decimal:
        """The total with the notes against it, in rupees; nothing once cancelled."""
        if self.status == self.Status.CANCELLED:
            return Decimal(0)
        return self.total + self.debited - self.credited

    @property
    def due(self) -> Decimal:
        return self.owed - self.paid

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

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED
