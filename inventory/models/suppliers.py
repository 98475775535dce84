"""Who we buy from."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic import gst, phones
from clinic.models import Deactivatable, Editable, OfOrganisation, Organisation
from clinic.privacy import Privacy


class Supplier(Editable, Deactivatable):
    """Whom we buy from. Without a GSTIN no tax is charged and none can be credited."""

    class Terms(models.TextChoices):
        ADVANCE = "advance", _("Paid in advance")
        COD = "cod", _("On delivery (COD)")
        NET_7 = "net_7", _("Net 7 days")
        NET_15 = "net_15", _("Net 15 days")
        NET_30 = "net_30", _("Net 30 days")
        NET_45 = "net_45", _("Net 45 days")
        NET_60 = "net_60", _("Net 60 days")
        NET_90 = "net_90", _("Net 90 days")

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    name = models.CharField(_("name"), max_length=150)
    contact = models.CharField(_("contact person"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    gstin = models.CharField(_("GSTIN"), max_length=15, blank=True)
    state = models.CharField(
        _("State"), max_length=2, choices=gst.state_choices, blank=True,
        help_text=_("Where goods are sent from; with a GSTIN it is the GSTIN's."),
    )  # fmt: skip
    address = models.CharField(_("address"), max_length=250, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    postal_code = models.CharField(_("PIN code"), max_length=10, blank=True)
    terms = models.CharField(_("terms of payment"), max_length=8, choices=Terms, default=Terms.NET_30)
    lead_days = models.PositiveSmallIntegerField(
        _("days from order to delivery"), default=7, validators=[MaxValueValidator(365)]
    )
    rating = models.PositiveSmallIntegerField(
        _("rating"), null=True, blank=True, choices=[(stars, "★" * stars) for stars in range(5, 0, -1)]
    )

    objects = OfOrganisation.as_manager()
    privacy = Privacy(
        path=None, retention="tax", columns=("contact", "phone", "email", "address", "city", "postal_code")
    )

    class Meta:
        verbose_name = _("supplier")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="supplier_figures_in_range",
                condition=Q(lead_days__lte=365) & (Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5)),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        errors = {}
        try:
            self.phone = phones.parse(self.phone) if self.phone else ""
        except ValueError as problem:
            errors["phone"] = str(problem)
        try:
            self._read_gstin()
        except ValueError as problem:
            errors["gstin"] = str(problem)
        if errors:
            raise ValidationError(errors)

    def _read_gstin(self) -> None:
        """Normalise it and take the State from it; ValueError for one that can't be an ordinary taxpayer's."""
        if self.gstin:
            checked = gst.check_gstin(self.gstin, kinds=[gst.GstinKind.REGULAR])
            self.gstin, self.state = checked.normalized, checked.state_code
