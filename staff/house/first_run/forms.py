"""What the first run asks."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import addresses, gst, phones
from staff import domain
from staff.models import Shift, User
from staff.presets import PRESETS
from staff.questions import branch_code, gstin, username


class BeginForm(forms.Form):
    """The clinic and its owner."""

    name = forms.CharField(label=gettext_lazy("Name of the clinic"), max_length=150)
    phone = forms.CharField(label=gettext_lazy("Phone of the clinic"), max_length=60)
    address = forms.CharField(label=gettext_lazy("Street and number"), max_length=250)
    city = forms.CharField(label=gettext_lazy("City"), max_length=80)
    postal_code = forms.CharField(label=gettext_lazy("PIN code"), max_length=10)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=gst.state_choices)
    gstin = forms.CharField(
        label=gettext_lazy("GSTIN"), required=False, max_length=20, help_text=gettext_lazy("Empty: not registered.")
    )  # fmt: skip
    composition = forms.BooleanField(label=gettext_lazy("Under the composition scheme"), required=False)
    aesthetic_rate = forms.ChoiceField(
        label=gettext_lazy("GST on aesthetic procedures"), widget=forms.RadioSelect, initial="18",
        choices=[("18", gettext_lazy("18 % with input tax credit")), ("5", gettext_lazy("5 % without"))],
        help_text=gettext_lazy("The law can be read both ways; ask your accountant. It can be changed later."),
    )  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("Short code"), max_length=4, initial="MAIN",
        help_text=gettext_lazy("Two to four letters; begins the numbers of papers and people, and stays."),
    )  # fmt: skip
    owner_name = forms.CharField(label=gettext_lazy("Your name"), max_length=150)
    username = forms.CharField(label=gettext_lazy("Your user name"), max_length=60, initial="owner")
    email = forms.EmailField(label=gettext_lazy("Your e-mail"), required=False)
    password = forms.CharField(
        label=gettext_lazy("Your password"), max_length=200, strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}, render_value=False),
    )  # fmt: skip

    def clean_phone(self) -> str:
        return _cleaned(phones.parse, self.cleaned_data["phone"])

    def clean_postal_code(self) -> str:
        return _cleaned(addresses.pin_code, self.cleaned_data["postal_code"])

    def clean_gstin(self) -> str:
        return _cleaned(gstin, self.cleaned_data["gstin"])

    def clean_code(self) -> str:
        return _cleaned(branch_code, self.cleaned_data["code"])

    def clean_username(self) -> str:
        return _cleaned(username, self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        number, state = values.get("gstin"), values.get("state")
        if number and state and number[:2] != state:
            self.add_error(
                "state", _("The GSTIN belongs to %(state)s.") % {"state": gst.STATES[number[:2]].name}
            )
        if values.get("password"):
            owner = User(username=values.get("username", ""), full_name=values.get("owner_name", ""))
            try:
                validate_password(values["password"], owner)
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return values

    @property
    def clinic(self) -> domain.NewClinic:
        names = (
            "name",
            "address",
            "city",
            "postal_code",
            "state",
            "phone",
            "aesthetic_rate",
            "gstin",
            "composition",
            "code",
        )
        return domain.NewClinic(**{name: self.cleaned_data[name] for name in names})

    @property
    def owner(self) -> domain.Owner:
        values = self.cleaned_data
        return domain.Owner(values["owner_name"], values["username"], values["password"], values["email"])


class KindForm(forms.Form):
    preset = forms.ChoiceField(
        label=gettext_lazy("What kind of house is it?"), widget=forms.RadioSelect,
        choices=[(name, preset.title) for name, preset in PRESETS.items()],
    )  # fmt: skip


class PersonForm(forms.Form):
    """Somebody who works here; `go_on` ends the step."""

    full_name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Works as"),
        choices=[
            ("doctor", gettext_lazy("Doctor")), ("therapist", gettext_lazy("Therapist, stylist")),
            ("receptionist", gettext_lazy("Receptionist")),
        ],
    )  # fmt: skip
    mode = forms.ChoiceField(label=gettext_lazy("Visits are given out by"), choices=Shift.Mode)


def _cleaned(check: Any, typed: str) -> str:
    try:
        return check(typed)
    except ValueError as problem:
        raise forms.ValidationError(str(problem)) from None
