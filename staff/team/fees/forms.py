"""What may be typed about a fee."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.models import Fee


class FeeForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of visit"), choices=Fee.Kind)
    amount = forms.DecimalField(
        label=_("Fee, ₹"), required=False, min_value=0, max_digits=12, decimal_places=2,
        help_text=_("Before tax. Empty: that of the house again."), widget=forms.NumberInput({"inputmode": "decimal"}),
    )  # fmt: skip
    valid_from = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
