"""Who we buy from."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic import gst, phones
from clinic.models import Deactivatable, Editable, OfOrganisation, Organisation
from clinic.privacy import Privacy


class Supplier(Editable, Deactivatable):
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    name = models.CharField(_("name"), max_length=150)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    gstin = models.CharField(_("GSTIN"), max_length=15, blank=True)

    objects = OfOrganisation.as_manager()
    privacy = Privacy(path=None, retention="tax", columns=("phone", "email"))

    class Meta:
        verbose_name = _("supplier")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        errors = {}
        try:
            self.phone = phones.parse(self.phone) if self.phone else ""
        except ValueError as problem:
            errors["phone"] = str(problem)
        try:
            self.gstin = gst.check_gstin(self.gstin, kinds=gst.BUYERS).normalized if self.gstin else ""
        except ValueError as problem:
            errors["gstin"] = str(problem)
        if errors:
            raise ValidationError(errors)
