"""Credit and debit notes: what is changed about an issued invoice afterwards (section 34, Rule 53(1A) CGST)."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Row
from clinic.privacy import Privacy

from .columns import HEADS, HEADS_AGREE, IS_NUMBERED, Numbered, Taxed, money, number_once, trigrams
from .invoices import Invoice
from .lines import InvoiceLine

if TYPE_CHECKING:
    from staff.models import User


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "NoteQuerySet":
        return self.filter(branch=user.branch)


class Note(Numbered, Taxed, Row):
    """A credit or debit note against one invoice, frozen as it is issued, in rupees.

    It takes rate and place of supply of the original line. One without tax is a commercial note: what the law calls
    neither, written when the last day to reduce tax has passed (30 November after the year of the supply).
    """

    class Kind(models.TextChoices):
        CREDIT = "credit", _("Credit note")
        DEBIT = "debit", _("Debit note")

    class Reason(models.TextChoices):
        RETURNED = "returned", _("Goods brought back")
        DEFICIENT = "deficient", _("Not done as it should have been")
        DISCOUNT = "discount", _("Discount after the sale")
        TOO_HIGH = "too_high", _("Price or tax was too high")
        TOO_LOW = "too_low", _("Price or tax was too low")
        PACKAGE = "package", _("Package given back")
        OTHER = "other", _("Another reason")

    append_only = True

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="notes_of_bills")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="notes")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    detail = models.CharField(_("in your own words"), max_length=300, blank=True)
    changes_tax = models.BooleanField(_("changes the tax"), default=True)
    round_off = money(_("rounding"))
    total = money(_("total"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    objects = NoteQuerySet.as_manager()
    privacy = Privacy(path="customer", retention="tax", columns=("buyer", "detail"))

    class Meta:
        verbose_name = _("credit or debit note")
        ordering = ["-id"]
        indexes = [
            models.Index(name="note_by_day", fields=["branch", "issued_on"]),
            GinIndex(trigrams(F("number")), name="note_number_parts"),
        ]
        constraints = [
            number_once("note_number_once_per_registration_and_year"),
            models.CheckConstraint(name="note_is_complete", condition=IS_NUMBERED & Q(total__gt=0)),
            models.CheckConstraint(name="note_heads_agree", condition=HEADS_AGREE),
            models.CheckConstraint(
                name="note_total_is_the_sum",
                condition=Q(total=F("taxable") + F("untaxed") + HEADS + F("round_off")),
            ),
            models.CheckConstraint(
                name="note_without_tax_has_none",
                condition=Q(changes_tax=True) | Q(cgst=0, sgst=0, igst=0, cess=0),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("note-detail", args=[self.pk])

    @property
    def is_credit(self) -> bool:
        return self.kind == self.Kind.CREDIT


class NoteLine(Row):
    """What a note changes about one line. A trigger refuses credits above the line in quantity, value or any head."""

    class Goods(models.TextChoices):
        NONE = "", _("Nothing came back")
        RESTOCK = "restock", _("Back on the shelf")
        WRITE_OFF = "write_off", _("Written off")

    append_only = True

    note = models.ForeignKey(Note, models.PROTECT, related_name="lines")
    line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="note_lines")
    position = models.PositiveSmallIntegerField()
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=3, default=0)
    net_value = money()
    cgst = money()
    sgst = money()
    igst = money()
    cess = money()
    line_total = money()
    goods = models.CharField(_("goods"), max_length=10, choices=Goods, blank=True)

    privacy = Privacy(path="note__customer", retention="tax")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="noteline_once", fields=["note", "line"]),
            models.CheckConstraint(
                name="noteline_amounts",
                condition=Q(
                    quantity__gte=0, net_value__gte=0, cgst__gte=0, igst__gte=0, cess__gte=0, line_total__gt=0
                )
                & HEADS_AGREE,
            ),
            models.CheckConstraint(
                name="noteline_total_is_the_sum", condition=Q(line_total=F("net_value") + HEADS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.line_total}"

    @property
    def tax(self) -> Decimal:
        return self.cgst + self.sgst + self.igst + self.cess


class NoteBatch(Row):
    """Into which batch goods went back, or of which they were written off."""

    append_only = True

    line = models.ForeignKey(NoteLine, models.PROTECT, related_name="batches")
    batch = models.ForeignKey("inventory.Batch", models.PROTECT, related_name="+")
    number = models.CharField(max_length=50)
    quantity = models.DecimalField(max_digits=10, decimal_places=3)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="notebatch_quantity_positive", condition=Q(quantity__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.batch_id}"
