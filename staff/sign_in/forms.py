"""What may be typed about one's own sign-in, and by an administrator about everybody's."""

import itertools
from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.models import SignInRules, User


class CodeForm(forms.Form):
    """Of an authenticator app; where it is lost, a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=50,
        widget=forms.TextInput(
            {
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class ForgottenForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("User name or e-mail"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ChosenPasswordForm(SetPasswordMixin, forms.Form):
    """Twice the same, under the rules that every password keeps."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        self.person = person

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.person)
        return super().clean() or self.cleaned_data


def _pin_field(label: Any, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=12,
        widget=forms.PasswordInput({"autocomplete": autocomplete, "inputmode": "numeric"}),
    )


class PinSignInForm(forms.Form):
    person = forms.UUIDField(widget=forms.HiddenInput)
    pin = _pin_field(gettext_lazy("PIN"), "off")


class OwnPinForm(forms.Form):
    pin = _pin_field(gettext_lazy("PIN of six to twelve digits"), "off")
    again = _pin_field(gettext_lazy("The same again"), "off")

    def clean_pin(self) -> str:
        pin = self.cleaned_data["pin"]
        if not (pin.isascii() and pin.isdigit()) or len(pin) < 6:
            raise forms.ValidationError(_("Six to twelve digits, please."))
        steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
        if len(steps) == 1:
            raise forms.ValidationError(_("That is guessed first: no 111111, no 123456."))
        return pin

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "pin" in values and values.get("again") != values["pin"]:
            self.add_error("again", _("The two aren't the same."))
        return values


class RulesForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    class Meta:
        model = SignInRules
        fields = ["idle_minutes", "longest_hours", "allows_pin", "pin_hours"]

    def __init__(self, data: Any = None, *, rules: SignInRules) -> None:
        super().__init__(data, instance=rules, initial={"version": rules.version})
        for name, (least, most) in {
            "idle_minutes": (5, 720),
            "longest_hours": (1, 168),
            "pin_hours": (1, 168),
        }.items():
            field = SignInRules._meta.get_field(name)
            self.fields[name] = forms.IntegerField(
                label=capfirst(field.verbose_name), help_text=field.help_text, min_value=least, max_value=most
            )
        self.order_fields(self._meta.fields)

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}
