"""Payments through a gateway: what was asked for, what the gateway told, and the payment booked from it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Row
from clinic.privacy import Privacy

from .invoices import Invoice
from .receipts import OfBranch, Payment


class OnlinePayment(Row):
    """An amount a customer was asked to pay through a gateway, for an invoice or in advance.

    `gateway_order`, `gateway_link` and `gateway_payment` are the gateway's own ids. `payment` is what was booked, once and only once,
    when the gateway itself said that the money was captured.
    """

    class Gateway(models.TextChoices):
        RAZORPAY = "razorpay", "Razorpay"
        DUMMY = "dummy", _("Dummy gateway")

    class Status(models.TextChoices):
        CREATED = "created", _("Asked for")
        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Paid")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")
        CANCELLED = "cancelled", _("Cancelled")
        ATTENTION = "attention", _("Needs a look")

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="online_payments")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="online_payments")
    gateway = models.CharField(_("gateway"), max_length=10, choices=Gateway)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.CREATED)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    method = models.CharField(_("method"), max_length=20, blank=True)
    gateway_order = models.CharField(max_length=60, blank=True)
    gateway_link = models.CharField(max_length=60, blank=True)
    link_url = models.URLField(blank=True)
    gateway_payment = models.CharField(max_length=60, blank=True)
    failure = models.CharField(_("what went wrong"), max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="online")
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    objects = OfBranch.as_manager()
    privacy = Privacy(path="customer", retention="tax")

    class Meta:
        verbose_name = _("online payment")
        ordering = ["-id"]
        indexes = [models.Index(name="onlinepayment_by_status", fields=["branch", "status", "created_at"])]
        constraints = [
            models.CheckConstraint(name="onlinepayment_amount_positive", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                name="onlinepayment_order_once",
                fields=["gateway", "gateway_order"],
                condition=~Q(gateway_order=""),
            ),
            models.UniqueConstraint(
                name="onlinepayment_link_once",
                fields=["gateway", "gateway_link"],
                condition=~Q(gateway_link=""),
            ),
            models.UniqueConstraint(
                name="onlinepayment_payment_once",
                fields=["gateway", "gateway_payment"],
                condition=~Q(gateway_payment=""),
            ),
            models.CheckConstraint(
                name="onlinepayment_paid_is_booked",
                condition=~Q(status="succeeded") | Q(payment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_gateway_display()} {self.amount}"


class GatewayEvent(Row):
    """A call of a gateway's webhook, by the gateway's own id: each is worked through once, whatever is delivered twice.

    `told` holds the few values that matter (ids, amount in paise, status), never a person's.
    """

    gateway = models.CharField(max_length=10, choices=OnlinePayment.Gateway)
    event_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    told = models.JSONField(default=dict)
    online_payment = models.ForeignKey(OnlinePayment, models.PROTECT, null=True, related_name="events")
    worked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("message of a gateway")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="gatewayevent_once", fields=["gateway", "event_id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
