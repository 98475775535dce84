"""Money that came in: receipts, the payments on them, and what each payment went to."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Row, TaxCategory
from clinic.privacy import Privacy

from .columns import HEADS_AGREE, IS_NUMBERED, Numbered, Taxed, money, number_once
from .invoices import Invoice

if TYPE_CHECKING:
    from staff.models import User


class OfBranch(models.QuerySet):
    def visible_to(self, user: "User") -> "OfBranch":
        return self.filter(branch=user.branch)


class Receipt(Numbered, Taxed, Row):
    """The paper for money taken at one time, in one or several modes; frozen as it is written. Rupees.

    A *payment receipt* says what was paid for bills. A *receipt voucher* is for an advance (Rule 50 CGST): the money is
    taken as including tax, at the rate of what it is for; without a known rate 18 %, without a known nature inter-State.
    Goods are not taxed in advance (Notification 66/2017). What is neither (a gift card) bears no tax.
    """

    class Document(models.TextChoices):
        PAYMENT_RECEIPT = "payment_receipt", _("Payment receipt")
        RECEIPT_VOUCHER = "receipt_voucher", _("Receipt voucher")

    append_only = True

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="receipts_of_money")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="receipts")
    document = models.CharField(_("document"), max_length=16, choices=Document)
    total = money(_("total"))
    purpose = models.CharField(_("for"), max_length=200, blank=True)
    tax_category = models.ForeignKey(TaxCategory, models.PROTECT, null=True, related_name="+")
    tax_treatment = models.CharField(max_length=12, blank=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    place_of_supply = models.CharField(_("place of supply"), max_length=2, blank=True)
    # Empty where the gateway told of it.
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    objects = OfBranch.as_manager()
    privacy = Privacy(path="customer", retention="tax", columns=("buyer", "purpose"))

    class Meta:
        verbose_name = _("receipt")
        ordering = ["-id"]
        indexes = [models.Index(name="receipt_by_day", fields=["branch", "issued_on"])]
        constraints = [
            number_once("receipt_number_once_per_registration_and_year"),
            models.CheckConstraint(name="receipt_is_complete", condition=IS_NUMBERED & Q(total__gt=0)),
            models.CheckConstraint(name="receipt_heads_agree", condition=HEADS_AGREE),
            models.CheckConstraint(
                name="receipt_tax_is_of_an_advance",
                condition=Q(document="receipt_voucher") | Q(cgst=0, sgst=0, igst=0, cess=0),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("payment-receipt", args=[self.pk])


class PaymentQuerySet(OfBranch):
    def unapplied(self) -> "PaymentQuerySet":
        """With money that has gone to no bill yet: advances, and what a credit note set free."""
        return self.filter(unapplied__gt=0)

    def at_the_desk(self) -> "PaymentQuerySet":
        """Money of today's kind: not what was brought forward, nor stored value spent."""
        return self.exclude(mode__in=Payment.NOT_MONEY)


class Payment(Row):
    """Money received from a customer, in rupees. `tendered` is what was handed over in cash, the change included.

    Triggers keep `applied` (what went to bills), `tipped`, `refunded` and `stored` (what bought a gift card);
    `unapplied` is the rest. The row is frozen; a mode keyed wrongly is put right by a `PaymentCorrection` while its
    drawer is open.
    """

    class Mode(models.TextChoices):
        CASH = "cash", _("Cash")
        UPI = "upi", _("UPI")
        CARD = "card", _("Card")
        NET_BANKING = "netbanking", _("Net banking")
        WALLET = "wallet", _("Wallet")
        CHEQUE = "cheque", _("Cheque")
        TRANSFER = "transfer", _("Bank transfer")
        ONLINE = "online", _("Online")
        STORE_CREDIT = "credit", _("Store credit")
        GIFT_CARD = "gift_card", _("Gift card")
        OPENING = "opening", _("Brought forward")

    #: Modes that are chosen at the desk.
    DESK = (Mode.CASH, Mode.UPI, Mode.CARD, Mode.NET_BANKING, Mode.WALLET, Mode.CHEQUE, Mode.TRANSFER)
    #: Modes in which no money came in on the day.
    NOT_MONEY = (Mode.STORE_CREDIT, Mode.GIFT_CARD, Mode.OPENING)

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="payments")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="payments")
    drawer = models.ForeignKey("billing.Drawer", models.PROTECT, null=True, related_name="payments")
    mode = models.CharField(_("mode"), max_length=10, choices=Mode)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    tendered = models.DecimalField(_("tendered"), max_digits=12, decimal_places=2, null=True)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    received_on = models.DateField(_("received on"))
    received_at = models.DateTimeField()
    # Empty where the gateway told of it.
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    applied = money(_("applied"))
    tipped = money(_("tipped"))
    refunded = money(_("refunded"))
    stored = money(_("bought a gift card"))
    unapplied = models.GeneratedField(
        expression=F("amount") - F("applied") - F("tipped") - F("refunded") - F("stored"),
        output_field=models.DecimalField(max_digits=12, decimal_places=2),
        db_persist=True,
    )

    objects = PaymentQuerySet.as_manager()
    privacy = Privacy(path="customer", retention="tax", columns=("reference",))

    class Meta:
        verbose_name = _("payment")
        ordering = ["-id"]
        indexes = [
            models.Index(name="payment_by_day", fields=["branch", "received_on"]),
            models.Index(
                name="payment_unapplied", fields=["branch", "customer"], condition=Q(unapplied__gt=0)
            ),
        ]
        constraints = [
            models.CheckConstraint(name="payment_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_tendered_covers",
                condition=Q(tendered__isnull=True) | Q(mode="cash", tendered__gte=F("amount")),
            ),
            models.CheckConstraint(
                name="payment_goes_nowhere_twice",
                condition=Q(applied__gte=0, tipped__gte=0, refunded__gte=0, stored__gte=0)
                & Q(amount__gte=F("applied") + F("tipped") + F("refunded") + F("stored")),
            ),
            models.UniqueConstraint(
                Upper("reference"),
                "branch",
                name="payment_brought_forward_once",
                condition=Q(mode="opening") & ~Q(reference=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.amount}"

    def get_absolute_url(self) -> str:
        return reverse("payment-detail", args=[self.pk])

    @property
    def change(self) -> Decimal:
        """What went back over the desk."""
        return self.tendered - self.amount if self.tendered is not None else Decimal(0)


class Allocation(Row):
    """How much of a payment went to which invoice, or came back from it (below zero). Triggers add it up on both.

    Money comes back from an invoice when a credit note or cancelling leaves more paid than is owed.
    """

    append_only = True

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="allocation_is_not_nothing", condition=~Q(amount=0))]

    def __str__(self) -> str:
        return f"{self.amount}"


class Tip(Row):
    """The part of a payment that is meant for a practitioner. No supply, so no tax."""

    append_only = True

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="tips")
    practitioner = models.ForeignKey("staff.Practitioner", models.PROTECT, related_name="+")
    amount = models.DecimalField(_("tip"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("tip")
        constraints = [models.CheckConstraint(name="tip_amount_positive", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.amount}"


class PaymentCorrection(Row):
    """A mode that was keyed wrongly, put right while the drawer is open. A trigger writes it on the payment."""

    append_only = True

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="corrections")
    mode_before = models.CharField(max_length=10, choices=Payment.Mode)
    mode = models.CharField(_("mode"), max_length=10, choices=Payment.Mode)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    privacy = Privacy(path="payment__customer", retention="tax", columns=("reference", "reason"))

    class Meta:
        verbose_name = _("correction of a payment")
        constraints = [
            models.CheckConstraint(
                name="paymentcorrection_changes_between_desk_modes",
                condition=Q(mode__in=["cash", "upi", "card", "netbanking", "wallet", "cheque", "transfer"])
                & Q(mode_before__in=["cash", "upi", "card", "netbanking", "wallet", "cheque", "transfer"])
                & ~Q(mode=F("mode_before")),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.mode_before} → {self.mode}"
