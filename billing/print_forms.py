"""How a paper is to be printed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Paper
from billing.paper import words


class PrintForm(forms.Form):
    """Format, language and copy; the values are those that `billing.domain.start_print` takes."""

    form = forms.ChoiceField(
        label=_("Format"), choices=Paper.Format.choices, initial=Paper.Format.A4, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=words.LANGUAGES, initial=words.ENGLISH, widget=forms.RadioSelect
    )
    copy = forms.ChoiceField(label=_("Copy"), choices=Paper.Copy.choices, initial=Paper.Copy.ORIGINAL)
