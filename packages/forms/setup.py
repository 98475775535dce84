"""The menu of a new house: what is usual, ticked or not, and lines for what else there is."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import TaxCategory
from packages.models import Treatment
from packages.presets import MENUS

EMPTY_LINES = 2


class MenuLine(forms.Form):
    is_on = forms.BooleanField(label=gettext_lazy("On the menu"), required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=Treatment.Category)
    tax_category = forms.ModelChoiceField(TaxCategory.objects.none(), label=gettext_lazy("Tax"))
    price = forms.DecimalField(
        label=gettext_lazy("Price, ₹"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=720, required=False)

    def __init__(self, *args: Any, services: list[TaxCategory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax_category"].queryset = TaxCategory.objects.exclude(supply="goods_counter")
        self.fields["tax_category"].choices = [(one.pk, one.name) for one in services]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("is_on"):
            for name in ("name", "price", "minutes"):
                if name not in self.errors and values.get(name) in (None, ""):
                    self.add_error(name, _("This is needed."))
        return values

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "is_on"}


def menu_of(preset: str, data: Any = None) -> list[MenuLine]:
    """The lines of the menu, the usual ones first."""
    services = list(TaxCategory.objects.exclude(supply="goods_counter"))
    by_code = {one.code: one.pk for one in services}
    usual = MENUS.get(preset, [])
    initial: list[dict[str, Any]] = [
        {
            "is_on": True,
            "name": str(one.name),
            "category": one.category,
            "tax_category": by_code.get(one.tax),
            "price": one.price,
            "minutes": one.minutes,
        }
        for one in usual
    ]
    blank = {
        "category": usual[0].category if usual else "skin",
        "tax_category": services[0].pk if services else None,
    }
    initial += [blank] * EMPTY_LINES
    return [
        MenuLine(data, prefix=f"line{number}", initial=values, services=services)
        for number, values in enumerate(initial)
    ]
