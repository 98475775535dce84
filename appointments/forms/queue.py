"""What is typed about the queue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment


class PrioritiseForm(forms.Form):
    """How urgent a visit is, and why it may go before others."""

    priority = forms.ChoiceField(label=_("How urgent"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"), max_length=180, widget=forms.TextInput({"list": "reasons-priority"})
    )

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["priority"]
        field.choices = [(value, name) for value, name in Appointment.Priority.choices if value != current]
