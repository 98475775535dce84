"""What may be typed to sign in, to choose another password, and to keep a view of a list."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from staff.queries import kept_part


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("User name or e-mail"),
        max_length=254,
        widget=forms.TextInput(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class OwnPasswordForm(PasswordChangeForm):
    """Django's own, which asks for the password one has; the verb saves."""

    field_order = ["old_password", "new_password1", "new_password2"]

    @property
    def password(self) -> str:
        return self.cleaned_data["new_password1"]


REGIONS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


@cache
def _zones() -> list[tuple[str, Any]]:
    """Those named for a place; the rest are old names of the same. Python walks a folder of 600 files to name them."""
    named = sorted(name for name in available_timezones() if name.partition("/")[0] in REGIONS)
    return [("", _("The branch's")), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in named)]


class PreferencesForm(forms.Form):
    """How pages are shown to somebody: chosen by themselves, or by whoever keeps their record."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As the browser asks")), *settings.LANGUAGES]
    )
    time_zone = forms.ChoiceField(
        label=_("Own time zone"), required=False, choices=_zones,
        help_text=_("For sign-ins, alerts and leave. The calendar, visits and bills keep the branch's."),
    )  # fmt: skip


class ViewNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name of this view"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )


class SavedViewForm(ViewNameForm):
    """`page` is the URL name of the list, `query` its filters as they stand in the address."""

    page = forms.CharField(max_length=40, widget=forms.HiddenInput)
    query = forms.CharField(max_length=500, widget=forms.HiddenInput)

    def clean_page(self) -> str:
        try:
            reverse(self.cleaned_data["page"])
        except NoReverseMatch:
            raise forms.ValidationError(_("There is no such list.")) from None
        return self.cleaned_data["page"]

    def clean_query(self) -> str:
        return kept_part(QueryDict(self.cleaned_data["query"]))
