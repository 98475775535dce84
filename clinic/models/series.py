"""Number series of documents: gapless per GSTIN, series and financial year (Rule 46(b) CGST)."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from .base import Editable, Row
from .organisation import Branch, Registration


class Series(Editable):
    """How one branch numbers one kind of document. `{prefix}/{26-27}/{00001}` stays within 16 characters."""

    class Kind(models.TextChoices):
        TAX_INVOICE = "tax_invoice", _("Tax invoice")
        BILL_OF_SUPPLY = "bill_of_supply", _("Bill of supply")
        BILL = "bill", _("Bill of an unregistered clinic")
        PURCHASE_ORDER = "purchase_order", _("Purchase order")
        GOODS_RECEIPT = "goods_receipt", _("Goods receipt")
        SUPPLIER_DEBIT = "supplier_debit", _("Debit note to a supplier")
        CREDIT_NOTE = "credit_note", _("Credit note")
        DEBIT_NOTE = "debit_note", _("Debit note")
        RECEIPT = "receipt", _("Payment receipt")
        RECEIPT_VOUCHER = "receipt_voucher", _("Receipt voucher")
        REFUND = "refund", _("Refund receipt")
        REFUND_VOUCHER = "refund_voucher", _("Refund voucher")
        ESTIMATE = "estimate", _("Estimate")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="series")
    kind = models.CharField(_("document"), max_length=20, choices=Kind)
    prefix = models.CharField(
        _("prefix"),
        max_length=4,
        validators=[
            RegexValidator(
                r"^[A-Z][A-Z0-9]{0,3}$", _("One to four capital letters or digits, a letter first.")
            )
        ],
    )

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(name="series_one_per_branch_and_kind", fields=["branch", "kind"]),
            models.CheckConstraint(
                name="series_prefix_shape", condition=models.Q(prefix__regex=r"^[A-Z][A-Z0-9]{0,3}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} ({self.get_kind_display()})"


class SeriesYear(Row):
    """The counter of one series in one financial year under one registration; locked while a number is taken.

    The prefix is frozen with the first number, and no other series of the registration may use it that year.
    """

    series = models.ForeignKey(Series, models.PROTECT, related_name="years")
    registration = models.ForeignKey(Registration, models.PROTECT)
    financial_year = models.CharField(max_length=7)
    prefix = models.CharField(max_length=4)
    last_number = models.PositiveIntegerField(default=0)
    last_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="seriesyear_once", fields=["series", "registration", "financial_year"]
            ),
            models.UniqueConstraint(
                Upper("prefix"),
                "registration",
                "financial_year",
                name="seriesyear_prefix_once_per_registration",
            ),
            models.CheckConstraint(
                name="seriesyear_five_digits", condition=models.Q(last_number__lte=99_999)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}/{self.financial_year}"
