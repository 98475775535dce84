"""What may be typed to sign in, to choose another password, and to keep a view of a list."""

from django import forms
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
