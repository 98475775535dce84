"""Goods coming in, corrections, blocked batches, labels."""

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from inventory.models import Batch, Item, ItemQuerySet, Supplier
from staff.models import User

LEAST = Decimal("0.001")
DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y"]


def quantity_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=9,
        decimal_places=3,
        min_value=LEAST,
        widget=forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
        error_messages={"min_value": _("The quantity must be above zero.")},
    )


def money_field(label: Any, *, required: bool = False, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=required,
        widget=forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
        **more,
    )


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=DATES,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **more,
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
    unit = forms.ChoiceField(
        label=_("Counted in"),
        choices=[("base", _("Base units")), ("pack", _("Packs"))],
        required=False,
        help_text=_("Of a pack, the cost and the MRP are those of the pack."),
    )
    expires_on = day_field(_("Expires on"))
    made_on = day_field(_("Made on"))
    unit_cost = money_field(_("Unit cost, ₹"), help_text=_("Before tax."))
    mrp = money_field(_("MRP, ₹"), help_text=_("With tax, as printed on it."))
    supplier = forms.ModelChoiceField(Supplier.objects.none(), label=_("Supplier"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].items = Item.objects.visible_to(user).active()
        first = "batch_number" if self.initial.get("item") else "item"
        self.fields[first].widget.attrs["autofocus"] = True
        self.fields["supplier"].queryset = Supplier.objects.visible_to(user).active()

    @property
    def goods(self) -> dict[str, Any]:
        """What the verb takes: packs turned into base units, the cost of a pack into that of a unit, to four places."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "unit"}
        per_pack = given["item"].units_per_pack if self.cleaned_data["unit"] == "pack" else 1
        given["quantity"] *= per_pack
        given["unit_cost"] = round((given["unit_cost"] or Decimal(0)) / per_pack, 4)
        given["mrp"] = given["mrp"] and round(given["mrp"] / per_pack, 2)
        return given

    def clean(self) -> dict[str, Any]:
        """Parts of a pack are counted in base units."""
        given = super().clean() or {}
        quantity = given.get("quantity")
        if given.get("unit") == "pack" and quantity is not None and quantity % 1:
            self.add_error("quantity", _("Enter whole packs, or count in base units."))
        return given


class StockAdjustForm(forms.Form):
    change = forms.ChoiceField(
        label=_("Change"),
        choices=[("out", _("Take out")), ("write_off", _("Write off")), ("in", _("Put back"))],
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

    @property
    def writes_off(self) -> bool:
        return self.cleaned_data["change"] == "write_off"


class StockBlockForm(forms.Form):
    """Without `why` it lets the batch in again."""

    why = forms.ChoiceField(label=_("Why"), choices=Batch.Blocked.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What is wrong with it"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, blocked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if blocked:
            del self.fields["why"]
            self.fields["note"].label = _("Why it may be used again")


class StockChangeForm(forms.Form):
    """What was typed of a batch when it came in."""

    number = forms.CharField(label=_("Batch number"), max_length=50)
    expires_on = day_field(_("Expires on"))
    made_on = day_field(_("Made on"))
    mrp = money_field(_("MRP, ₹"), help_text=_("With tax, as printed on it."))
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """A decision's word."""

    answer = forms.CharField(label=_("Answer"), max_length=200, required=False)


class StockLabelForm(forms.Form):
    copies = forms.IntegerField(label=_("Labels"), min_value=1, max_value=200, initial=1)
