"""An item of the master list."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from clinic.models import TaxCategory
from clinic.permissions import Permission
from inventory.models import Item
from staff.models import User

PRICED = ["price", "price_includes_tax", "mrp", "tax_category", "hsn"]
#: Groups of the form: title, fields, whether it stands open.
GROUPS = [
    (_("What it is"), ["name", "category", "use", "sku", "barcode", "manufacturer"], True),
    (_("Units"), ["base_unit", "is_divisible", "pack_unit", "units_per_pack", "uqc"], True),
    (_("Price and tax"), ["price", "price_includes_tax", "mrp", "tax_category", "hsn"], True),
    (_("Stock"), ["reorder_level", "maximum_level", "tracks_expiry", "storage"], True),
    (
        _("Medicine"),
        ["generic_name", "composition", "form", "strength", "needs_prescription", "is_controlled"],
        False,
    ),
]


class ItemForm(forms.ModelForm):
    """New and changed items. Prices of an item that exists change only with the right to administer them."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Item
        fields = [name for _title, names, _open in GROUPS for name in names]
        widgets = {name: forms.TextInput({"autocomplete": "off"}) for name in ("name", "sku", "barcode")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding
        self.fields["tax_category"].queryset = TaxCategory.objects.all()
        self.fields["hsn"].validators.append(
            RegexValidator(r"^(\d{4}|\d{6}|\d{8})$", _("An HSN code has 4, 6 or 8 digits."))
        )
        self.fields["uqc"].validators.append(
            RegexValidator(
                r"^[A-Z]{3}$", _("A unit code has three capital letters, such as NOS, BTL, TBS or MLT.")
            )
        )
        for name in ("reorder_level", "maximum_level", "price", "mrp", "units_per_pack"):
            self.fields[name].widget.attrs |= {"inputmode": "decimal", "step": "any"}
        if self.is_new:
            self.fields["name"].widget.attrs["autofocus"] = True
        elif not user.may(Permission.SETTINGS_CONFIGURE):
            for name in PRICED:
                self.fields[name].disabled = True

    @property
    def groups(self) -> list[dict[str, Any]]:
        """For the page: a group opens where it is usual, has something to say, or is wrong."""
        found = []
        for title, names, is_open in GROUPS:
            fields = [self[name] for name in names]
            says = any(field.value() not in (None, "", False) or field.errors for field in fields)
            found.append({"title": title, "fields": fields, "open": is_open or says})
        return found

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def clean_units_per_pack(self) -> int:
        packs = self.cleaned_data["units_per_pack"]
        if not packs:
            raise forms.ValidationError(_("A pack holds at least one base unit."))
        return packs

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        least, most = given.get("reorder_level"), given.get("maximum_level")
        if least is not None and most is not None and most < least:
            self.add_error("maximum_level", _("The maximum is below the reorder level."))
        price, mrp = given.get("price"), given.get("mrp")
        if given.get("price_includes_tax") and price and mrp and price > mrp:
            self.add_error("price", _("The price is above the MRP."))
        return given
