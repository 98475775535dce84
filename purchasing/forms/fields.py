"""Fields that several forms share."""

import datetime
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Item, ItemQuerySet

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)


def figure(label: Any, *, places: int = 2, css: str = "control num", **options: Any) -> forms.DecimalField:
    """Rupees, percent or a quantity, never below zero."""
    options.setdefault("min_value", 0)
    widget = forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal", "class": css})
    return forms.DecimalField(label=label, max_digits=10, decimal_places=places, widget=widget, **options)


class DayField(forms.DateField):
    """A day of this age, chosen or typed."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "class": "control"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **options)

    def clean(self, value: Any) -> datetime.date | None:
        day = super().clean(value)
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("Choose a day from 2000 to 2199."))
        return day


class ItemField(forms.CharField):
    """An item by its name, SKU or barcode, typed or scanned; a list of suggestions follows the typing."""

    widget = forms.TextInput(
        attrs={
            "class": "control",
            "list": "item-options",
            "autocomplete": "off",
            "hx-get": reverse_lazy("purchase-items"),
            "hx-trigger": "input delay:150ms",
            "hx-target": "#item-options",
            "hx-sync": "this:replace",
        }
    )
    items: ItemQuerySet = Item.objects.none()

    def clean(self, value: Any) -> Item | None:
        typed = super().clean(value)
        if not typed:
            return None
        found = list(self.items.named(typed)[:2])
        if not found:
            raise forms.ValidationError(_("There is no such item. Choose one from the list."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several items are called that. Enter the SKU or the barcode."))
        return found[0]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.TextInput(attrs={"autofocus": True})
    )
