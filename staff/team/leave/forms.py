"""What may be typed about leave."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.models import TimeOff

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class LeaveForm(forms.Form):
    first_day = forms.DateField(label=_("First day"), widget=DAY)
    last_day = forms.DateField(
        label=_("Last day, inclusive"), widget=DAY, required=False, help_text=_("Empty: the same day.")
    )
    part = forms.ChoiceField(
        label=_("Part of the day"), choices=TimeOff.Part.choices, initial=TimeOff.Part.FULL_DAY
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput({"list": "reasons-absence"})
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["last_day"] = values.get("last_day") or values.get("first_day")
        return values


class DecisionForm(forms.Form):
    comment = forms.CharField(label=_("Comment"), max_length=150, required=False)
    emergency = forms.CharField(
        label=_("After the evening lock: what is the emergency?"), max_length=100, required=False,
        help_text=_("Only for who may override the lock."),
    )  # fmt: skip
