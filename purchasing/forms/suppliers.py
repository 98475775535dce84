"""Everything that may be said of a supplier."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Supplier


class SupplierForm(forms.ModelForm):
    """Whether GSTIN and phone can be right is asked by the verb."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    phone = forms.CharField(
        label=_("Phone"), max_length=24, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )

    lead_days = forms.IntegerField(
        label=_("Days from order to delivery"), min_value=0, max_value=365, initial=7
    )

    class Meta:
        model = Supplier
        fields = [
            "name", "contact", "phone", "email", "gstin", "state", "address", "city", "postal_code", "terms",
            "lead_days", "rating", "is_active",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gstin"].widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}
        if self.instance._state.adding:
            del self.fields["is_active"], self.fields["version"]
        else:
            self.initial["version"] = self.instance.version
        self.fields["name"].error_messages["required"] = _("Enter the supplier's name.")

    def _post_clean(self) -> None:
        """The row is written and checked by the verb."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
