"""Tax categories and their rules by date. Reports read the snapshot on a line, never these rows."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Editable, Row


class TaxCategory(Editable):
    """What kind of supply something is. The code is an attribute here; the rate follows from a dated rule."""

    class Supply(models.TextChoices):
        SERVICE_PERSONAL = "service_personal", _("Service performed on the person")
        SERVICE_OTHER = "service_other", _("Other service")
        GOODS_COUNTER = "goods_counter", _("Goods over the counter")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    supply = models.CharField(_("nature of the supply"), max_length=20, choices=Supply)
    hsn = models.CharField(_("HSN/SAC"), max_length=8)
    uqc = models.CharField(_("unit code"), max_length=3, default="NA")

    class Meta:
        verbose_name = _("tax category")
        verbose_name_plural = _("tax categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_goods(self) -> bool:
        return self.supply == self.Supply.GOODS_COUNTER


class TaxRuleQuerySet(models.QuerySet):
    def on(self, day: datetime.date) -> "TaxRuleQuerySet":
        """Rules in force on a local date; `valid_to` is the first day after."""
        return self.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=day), valid_from__lte=day)


class TaxRule(Row):
    """How a category is taxed between two dates. `rate` is the IGST rate in percent; CGST and SGST are half each.

    Rules of one category never overlap: an exclusion constraint holds that (see migration 0001).
    """

    class Treatment(models.TextChoices):
        TAXABLE = "taxable", _("Taxable")
        EXEMPT = "exempt", _("Exempt")
        NIL = "nil", _("Nil rated")
        NON_GST = "non_gst", _("Outside GST")

    category = models.ForeignKey(TaxCategory, models.PROTECT, related_name="rules")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until, exclusive"), null=True, blank=True)
    treatment = models.CharField(_("treatment"), max_length=10, choices=Treatment, default=Treatment.TAXABLE)
    rate = models.DecimalField(_("rate, percent"), max_digits=5, decimal_places=2, default=0)
    cess_rate = models.DecimalField(_("cess rate, percent"), max_digits=5, decimal_places=2, default=0)
    credit_barred = models.BooleanField(_("input tax credit barred"), default=False)
    source = models.CharField(_("source"), max_length=200)
    confidence = models.CharField(_("confidence"), max_length=10, default="high")
    confirmed_by = models.CharField(_("confirmed by"), max_length=100, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)

    objects = TaxRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax rule")
        ordering = ["category", "valid_from"]
        constraints = [
            models.CheckConstraint(
                name="taxrule_rate_fits_treatment",
                condition=models.Q(treatment="taxable", rate__gte=0, rate__lte=40)
                | models.Q(rate=0, cess_rate=0),
                violation_error_message=_("Only a taxable supply has a rate, and none is above 40 %%."),
            ),
            models.CheckConstraint(
                name="taxrule_dates_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                violation_error_message=_("The rule ends before it begins."),
            ),
            models.CheckConstraint(
                name="taxrule_confirmed_pair",
                condition=models.Q(confirmed_by="", confirmed_on__isnull=True)
                | (~models.Q(confirmed_by="") & models.Q(confirmed_on__isnull=False)),
                violation_error_message=_("Who confirmed a rule and when belong together."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.get_treatment_display()} {self.rate:g} %"
