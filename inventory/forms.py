"""What people may type about stock."""

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from inventory.models import Item, ItemQuerySet, Supplier
from staff.models import User

LEAST = Decimal("0.001")


def quantity_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=9,
        decimal_places=3,
        min_value=LEAST,
        widget=forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
        error_messages={"min_value": _("The quantity must be above zero.")},
    )


class ItemField(forms.CharField):
    """An item by its name, SKU or barcode, typed or scanned; a list of suggestions follows the typing."""

    widget = forms.TextInput(
        attrs={
            "list": "item-options",
            "autocomplete": "off",
            "hx-get": reverse_lazy("item-options"),
            "hx-trigger": "input delay:150ms",
            "hx-target": "#item-options",
            "hx-sync": "this:replace",
        }
    )
    items: ItemQuerySet = Item.objects.none()

    def clean(self, value: Any) -> Item:
        typed = super().clean(value)
        found = list(self.items.named(typed)[:2])
        if not found:
            raise forms.ValidationError(_("There is no such item. Choose one from the list."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several items are called that. Enter the SKU or the barcode."))
        return found[0]


class StockInForm(forms.Form):
    item = ItemField(label=_("Item"), max_length=150, help_text=_("Name, SKU or barcode."))
    batch_number = forms.CharField(label=_("Batch number"), max_length=50)
    quantity = quantity_field(_("Quantity"))
    expires_on = forms.DateField(
        label=_("Expires on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    unit_cost = forms.DecimalField(
        label=_("Unit cost, ₹"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Before tax."),
        widget=forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
    )
    supplier = forms.ModelChoiceField(Supplier.objects.none(), label=_("Supplier"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].items = Item.objects.visible_to(user).active()
        first = "batch_number" if self.initial.get("item") else "item"
        self.fields[first].widget.attrs["autofocus"] = True
        self.fields["supplier"].queryset = Supplier.objects.visible_to(user).active()

    def clean_unit_cost(self) -> Decimal:
        return self.cleaned_data["unit_cost"] or Decimal(0)


class StockAdjustForm(forms.Form):
    change = forms.ChoiceField(
        label=_("Change"),
        choices=[("out", _("Take out")), ("in", _("Put back"))],
        initial="out",
        widget=forms.RadioSelect,
    )
    quantity = quantity_field(_("Quantity"))
    note = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("For example: counted, broken, lost, expired.")
    )

    @property
    def signed_quantity(self) -> Decimal:
        quantity = self.cleaned_data["quantity"]
        return quantity if self.cleaned_data["change"] == "in" else -quantity
