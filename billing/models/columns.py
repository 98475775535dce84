"""Columns that several documents share: amounts in rupees, heads of tax, and a number from a series."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from clinic.models import Registration, SeriesYear


def money(label: Any = "", *, default: int | None = 0, **more: Any) -> models.DecimalField:
    """Rupees with paise, up to 9,99,99,99,999.99."""
    if default is not None:
        more["default"] = default
    return models.DecimalField(label, max_digits=12, decimal_places=2, **more)


class Numbered(models.Model):
    """A document with a gapless number, taken at issue (Rule 46(b), 50, 51 and 53 CGST); all empty before.

    `issued_on` is the branch's local day, decided together with the number. `supplier` and `buyer` are snapshots.
    """

    number = models.CharField(_("number"), max_length=16, blank=True)
    financial_year = models.CharField(max_length=7, blank=True)
    series_year = models.ForeignKey(SeriesYear, models.PROTECT, null=True, related_name="+")
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField(_("date"), null=True)
    issued_at = models.DateTimeField(null=True)
    supplier = models.JSONField(default=dict)
    buyer = models.JSONField(default=dict)

    class Meta:
        abstract = True


class Taxed(models.Model):
    """Value and tax in rupees. CGST and SGST are equal, and IGST excludes them."""

    taxable = money(_("taxable value"))
    untaxed = money(_("untaxed value"))
    cgst = money("CGST")
    sgst = money("SGST")
    igst = money("IGST")
    cess = money(_("cess"))

    class Meta:
        abstract = True


HEADS = F("cgst") + F("sgst") + F("igst") + F("cess")
HEADS_AGREE = Q(cgst=F("sgst")) & (Q(igst=0) | Q(cgst=0))
IS_NUMBERED = Q(
    issued_on__isnull=False, issued_at__isnull=False, registration__isnull=False, series_year__isnull=False
) & ~Q(number="")


def number_once(name: str) -> models.UniqueConstraint:
    """Unique per registration and year, whatever the letters' case (the portal compares numbers that way)."""
    return models.UniqueConstraint(
        Upper("number"), "registration", "financial_year", name=name, condition=~Q(number="")
    )


def trigrams(text: Any) -> Func:
    """Every three characters in a row, for a search by any part through a GIN index."""
    return Func(text, function="clinic_trigrams", output_field=ArrayField(models.TextField()))
