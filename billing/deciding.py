"""What is asked where somebody decides: why, until when, and the rules of a branch."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.domain.rules import RULES
from billing.forms import DATES
from billing.models import BillingRules
from clinic.models import Branch
from clinic.refusals import Refusal

LONGEST = 200


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, input_formats=DATES, widget=widget, **more)


class Asking(forms.Form):
    """A form whose verb may refuse."""

    def tell(self, refusal: Refusal) -> None:
        """Beside the field the refusal speaks of, else at the top."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)


class ReasonForm(Asking):
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST)


class AnswerForm(Asking):
    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(label=_("Why not"), max_length=LONGEST)


class ClosePeriodForm(Asking):
    until = _day(_("Close up to and including"))
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST, help_text=_("For example: GSTR-1 of October is filed.")
    )


class OpenPeriodForm(Asking):
    prefix = "open"

    until = _day(_("Leave closed up to"), required=False, help_text=_("Empty: nothing stays closed."))
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST)


class BillingRulesForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = BillingRules
        fields = RULES

    def __init__(self, data: Any = None, *, branch: Branch) -> None:
        self.rules = BillingRules.of(branch)
        super().__init__(data, instance=self.rules, initial={"version": self.seen})

    @property
    def seen(self) -> int:
        return 0 if self.rules._state.adding else self.rules.version

    def _post_clean(self) -> None:
        """The row is written and checked by the verb."""
