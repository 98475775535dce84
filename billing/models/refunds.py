"""Money that goes back: asked for, agreed to by another person, and paid out."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Editable
from clinic.privacy import Privacy

from .columns import HEADS_AGREE, IS_NUMBERED, Numbered, Taxed, number_once
from .invoices import Invoice
from .notes import Note
from .receipts import OfBranch, Payment


class Refund(Numbered, Taxed, Editable):
    """Part of a payment given back, in rupees; only what has gone to no bill can be (see `Payment.unapplied`).

    The mode may differ from how it was paid; store credit is one. Of an advance with a receipt voucher it is a *refund
    voucher* with that voucher's tax (Rule 51 CGST), otherwise a plain receipt of the refund. A *reversal* is money that
    never came: a cheque that bounced, a card payment that was charged back. Frozen once paid out or rejected.
    """

    class Kind(models.TextChoices):
        REFUND = "refund", _("Refund")
        REVERSAL = "reversal", _("Payment that failed")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        PROCESSED = "processed", _("Paid out")

    class Reason(models.TextChoices):
        NOT_PROVIDED = "service_not_provided", _("Service not given")
        BILLING_ERROR = "billing_error", _("Billing error")
        REQUEST = "patient_request", _("The customer asked for it")
        FAILED = "failed", _("The payment failed")

    class AtGateway(models.TextChoices):
        ASKED = "asked", _("Asked, no answer yet")
        PENDING = "pending", _("On its way")
        PROCESSED = "processed", _("Given back")
        FAILED = "failed", _("Failed")

    class Document(models.TextChoices):
        REFUND_RECEIPT = "refund_receipt", _("Refund receipt")
        REFUND_VOUCHER = "refund_voucher", _("Refund voucher")

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="refunds")
    note = models.ForeignKey(Note, models.PROTECT, null=True, related_name="refunds")
    drawer = models.ForeignKey("billing.Drawer", models.PROTECT, null=True, related_name="refunds")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.REFUND)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REQUESTED)
    document = models.CharField(max_length=14, choices=Document, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    mode = models.CharField(_("mode"), max_length=10, choices=Payment.Mode)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    detail = models.CharField(_("in your own words"), max_length=300, blank=True)
    requested_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    processed_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    # What the gateway calls it, how far it is there (see AtGateway), and its words where it refused; empty where it was
    # never asked.
    gateway_id = models.CharField(max_length=60, blank=True)
    gateway_status = models.CharField(max_length=20, blank=True)
    gateway_said = models.CharField(max_length=200, blank=True)

    objects = OfBranch.as_manager()
    privacy = Privacy(path="customer", retention="tax", columns=("buyer", "reference", "detail", "answer"))

    class Meta:
        verbose_name = _("refund")
        ordering = ["-id"]
        indexes = [models.Index(name="refund_by_day", fields=["branch", "status", "issued_on"])]
        constraints = [
            number_once("refund_number_once_per_registration_and_year"),
            models.CheckConstraint(name="refund_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="refund_heads_agree", condition=HEADS_AGREE),
            models.CheckConstraint(
                name="refund_processed_is_complete",
                condition=Q(status="processed", processed_by__isnull=False) & ~Q(document="") & IS_NUMBERED
                | ~Q(status="processed") & Q(number="", issued_at__isnull=True, processed_by__isnull=True),
            ),
            models.CheckConstraint(
                name="refund_decided_by_somebody",
                condition=Q(status="requested", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(status="requested") & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="refund_agreed_by_another",
                condition=Q(status__in=["requested", "rejected"]) | Q(kind="reversal") | ~Q(decided_by=F("requested_by")),
            ),
            # Between asking and the answer nobody turns it down or pays it by hand.
            models.CheckConstraint(
                name="refund_asked_waits_for_its_gateway",
                condition=~Q(gateway_status="asked") | Q(status="approved", mode="online"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or f"{self.get_status_display()} {self.amount}"

    def get_absolute_url(self) -> str:
        return reverse("refund-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Asked for or agreed to, and not paid out yet."""
        return self.status in (self.Status.REQUESTED, self.Status.APPROVED)

    @property
    def at_gateway(self) -> str:
        """How far it is at the gateway, in words; empty where it was never asked."""
        return str(dict(self.AtGateway.choices).get(self.gateway_status, self.gateway_status))

    @property
    def goes_online(self) -> bool:
        """Agreed to, and due back through the gateway it came by; asked again while that hasn't answered."""
        return self.status == self.Status.APPROVED and self.mode == Payment.Mode.ONLINE

    @property
    def may_go_by_hand(self) -> bool:
        """Meant for the gateway, which has said that it won't: only then is it another mode than was agreed to."""
        return (
            self.mode == Payment.Mode.ONLINE
            and self.gateway_status == self.AtGateway.FAILED
            and self.status in (self.Status.APPROVED, self.Status.PROCESSED)
        )
