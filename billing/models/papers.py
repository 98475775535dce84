"""Estimates, and the files of every paper that was drawn."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch, Row
from clinic.privacy import Privacy

from .columns import HEADS_AGREE, IS_NUMBERED, Numbered, Taxed, money, number_once
from .invoices import Invoice
from .receipts import OfBranch


class Estimate(Numbered, Taxed, Row):
    """What a draft would come to, told on a day; frozen, with its lines as plain values. Nothing is owed by it."""

    append_only = True

    branch = models.ForeignKey(Branch, models.PROTECT)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="estimates")
    draft = models.ForeignKey(Invoice, models.PROTECT, related_name="estimates")
    lines = models.JSONField()
    discount = money(_("discount"))
    round_off = money()
    total = money(_("total"))
    place_of_supply = models.CharField(max_length=2)
    valid_until = models.DateField(_("valid until"))
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    objects = OfBranch.as_manager()
    privacy = Privacy(path="customer", retention="tax", columns=("buyer",))

    class Meta:
        verbose_name = _("estimate")
        ordering = ["-id"]
        constraints = [
            number_once("estimate_number_once_per_registration_and_year"),
            models.CheckConstraint(
                name="estimate_is_complete", condition=IS_NUMBERED & Q(valid_until__gte=F("issued_on"))
            ),
            models.CheckConstraint(name="estimate_heads_agree", condition=HEADS_AGREE),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("estimate-detail", args=[self.pk])


class Paper(Row):
    """A drawn file of one document in one form. Its data never changes, so it is kept until `state` is another.

    `state` is what may differ between two drawings of one document: of an invoice, what was paid and credited.
    """

    class Document(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        NOTE = "note", _("Note")
        RECEIPT = "receipt", _("Receipt")
        REFUND = "refund", _("Refund")
        ESTIMATE = "estimate", _("Estimate")

    class Format(models.TextChoices):
        A4 = "a4", _("A4")
        A5 = "a5", _("A5")
        SLIP = "slip", _("80 mm slip")

    class Copy(models.TextChoices):
        ORIGINAL = "original", _("Original for the recipient")
        DUPLICATE = "duplicate", _("Duplicate for the supplier")
        TRIPLICATE = "triplicate", _("Triplicate for the supplier")

    deletable = True

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    document = models.CharField(max_length=10, choices=Document)
    document_id = models.UUIDField()
    format = models.CharField(max_length=4, choices=Format)
    language = models.CharField(max_length=5, default="en")
    copy = models.CharField(max_length=10, choices=Copy, default=Copy.ORIGINAL)
    state = models.CharField(max_length=60, blank=True)
    file = models.FileField(upload_to="papers/%Y/%m/")

    privacy = Privacy(path="customer", retention="tax")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="paper_once_per_form",
                fields=["document_id", "document", "format", "language", "copy", "state"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.document_id} {self.format}"
