"""Value that a customer holds with the house: store credit, gift cards, loyalty points."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Row
from clinic.privacy import Privacy

from .invoices import Invoice
from .notes import Note
from .receipts import OfBranch, Payment, Receipt
from .refunds import Refund


class StoredValue(Row):
    """One lot of value with its own last day; what expires first is spent first. `balance` is kept by a trigger.

    Store credit and gift cards count in rupees, points in points. A gift card is money, no supply: it is taxed where it
    is spent (Circular 243/37/2024), belongs to whoever knows its code, and may be anonymous. Store credit is no credit
    note (that is `Note`). What has expired is written off by an entry.
    """

    class Kind(models.TextChoices):
        STORE_CREDIT = "credit", _("Store credit")
        GIFT_CARD = "gift_card", _("Gift card")
        POINTS = "points", _("Loyalty points")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="stored_values"
    )
    code = models.CharField(_("code"), max_length=16, blank=True)
    expires_on = models.DateField(_("last day"), null=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="stored_values")
    balance = models.DecimalField(_("balance"), max_digits=12, decimal_places=2, default=0)

    objects = OfBranch.as_manager()
    privacy = Privacy(path="customer", retention="tax", columns=("code",))

    class Meta:
        verbose_name = _("stored value")
        ordering = ["-id"]
        indexes = [
            models.Index(
                name="storedvalue_left", fields=["customer", "kind", "expires_on"], condition=Q(balance__gt=0)
            )
        ]
        constraints = [
            models.UniqueConstraint(name="storedvalue_code_once", fields=["code"], condition=~Q(code="")),
            models.CheckConstraint(name="storedvalue_never_below_zero", condition=Q(balance__gte=0)),
            models.CheckConstraint(
                name="storedvalue_has_an_owner_or_a_code",
                condition=Q(kind="gift_card") & ~Q(code="") | Q(customer__isnull=False, code=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.balance}"

    def get_absolute_url(self) -> str:
        return reverse("stored-detail", args=[self.pk])

    @property
    def code_shown(self) -> str:
        """ABCD-EFGH-JKLM, as it is printed and read out."""
        return "-".join(self.code[place : place + 4] for place in range(0, len(self.code), 4))


class StoredValueEntry(Row):
    """One change of a stored value, for good; below zero where it was spent. A trigger adds it to the balance.

    `payment` is the one that bought a gift card (or whose part of it was taken back), or the one that it was spent as.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("Brought forward")
        BOUGHT = "bought", _("Bought")
        GIVEN = "given", _("Given instead of money")
        EARNED = "earned", _("Earned")
        SPENT = "spent", _("Spent")
        RETURNED = "returned", _("Given back")
        EXPIRED = "expired", _("Expired")
        TAKEN_BACK = "taken_back", _("Taken back")

    append_only = True

    value = models.ForeignKey(StoredValue, models.PROTECT, related_name="entries")
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    on = models.DateField(_("day"))
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="value_entries")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="value_entries")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="value_entries")
    note = models.ForeignKey(Note, models.PROTECT, null=True, related_name="value_entries")
    by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")

    privacy = Privacy(path="value__customer", retention="tax")

    class Meta:
        verbose_name = _("entry of a stored value")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="storedvalueentry_sign_fits_kind",
                condition=Q(kind__in=["opening", "bought", "given", "earned", "returned"], amount__gt=0)
                | Q(kind__in=["spent", "expired", "taken_back"], amount__lt=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount:+}"
