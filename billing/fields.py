"""Fields that several forms of billing share."""

import re
from decimal import Decimal
from typing import Any

from django import forms


class FigureField(forms.DecimalField):
    """A decimal that forgives the rupee sign and the commas of Indian grouping."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = re.sub(r"[₹,\s]", "", value)
        return super().to_python(value)


class RupeesField(FigureField):
    """An amount as it is typed at the desk: two decimals, never below zero, aligned as figures are."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, min_value=0, **more)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "num"}
