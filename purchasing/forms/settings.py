"""What a branch may decide about buying."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from clinic.models import Branch
from purchasing.models import BuyingRules


class BuyingRulesForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = BuyingRules
        fields = ["approval_limit", "tolerance", "cover_days"]

    def __init__(self, data: Any = None, *, branch: Branch) -> None:
        self.rules = BuyingRules.of(branch)
        super().__init__(data, instance=self.rules, initial={"version": self.seen})

    @property
    def seen(self) -> int:
        return 0 if self.rules._state.adding else self.rules.version

    def _post_clean(self) -> None:
        """The row is written and checked by the verb."""

    def clean_approval_limit(self) -> Decimal:
        limit: Decimal = self.cleaned_data["approval_limit"]
        if limit < 0:
            raise forms.ValidationError(_("A limit can't be negative."))
        return limit
