"""What may be typed about a customer."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import facts, identities
from customers.countries import COUNTRIES, INDIA
from customers.models import Customer
from staff.models import User

DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
PHONE = {"type": "tel", "inputmode": "tel", "autocomplete": "off"}
ATTRIBUTES = {
    "phone": PHONE,
    "second_phone": PHONE,
    "emergency_phone": PHONE,
    "postal_code": {"inputmode": "numeric"},
    "gstin": {"autocapitalize": "characters", "spellcheck": "false"},
    "full_name": {"autocomplete": "off"},
    "emergency_name": {"autocomplete": "off"},
}


class QuickForm(forms.ModelForm):
    """What a desk asks for with a queue in front. `anyway` says of whom the person has been told that they are alike."""

    full_name = forms.CharField(label=_("Full name"), max_length=100)
    phone = forms.CharField(label=_("Phone"), max_length=60)
    gender = forms.ChoiceField(label=_("Gender"), choices=Customer.Gender.choices, widget=forms.RadioSelect)
    born_on = forms.DateField(
        label=_("Date of birth"),
        required=False,
        input_formats=DATES,
        widget=forms.DateInput({"type": "date", "min": "1900-01-01"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": _("That date doesn't exist. Enter day, month and year as on the calendar.")
        },
    )
    anyway = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    class Meta:
        model = Customer
        fields = ["full_name", "phone", "gender", "born_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, attributes in ATTRIBUTES.items():
            if name in self.fields:
                self.fields[name].widget.attrs |= attributes
        self.fields["phone"].widget.attrs |= {
            "hx-get": reverse("customer-known"), "hx-trigger": "input delay:400ms", "hx-target": "#phone-known",
            "hx-swap": "innerHTML", "hx-sync": "this:replace",
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        clean, wrong = facts.check(cleaned)
        cleaned |= clean
        for name, sentence in wrong.items():
            self.add_error(name, sentence)
        return cleaned

    @property
    def given(self) -> dict[str, Any]:
        """The customer's columns, clean; for the verbs."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


@dataclass(frozen=True)
class Section:
    """A part of the form that opens when something in it is filled or wrong."""

    title: Any
    fields: list[Any]
    is_open: bool
    name: str


SECTIONS = [
    ("care", _("Care"), ["chief_concern", "skin_type", "chronic_conditions", "notes"]),
    ("contact", _("Contact and address"), [
        "second_phone", "email", "address", "city", "postal_code", "state", "country",
    ]),
    ("family", _("Family and emergency"), [
        "marital_status", "guardian", "guardian_relation", "emergency_name", "emergency_phone", "emergency_relation",
    ]),
    ("identity", _("National id and business"), [
        "identity_kind", "identity_number", "identity_remove", "gstin",
    ]),
]  # fmt: skip


class CustomerForm(QuickForm):
    """Registering and changing everything. An age instead of a date of birth makes the date an estimate."""

    age_years = forms.IntegerField(
        label=_("or age, years"),
        required=False,
        min_value=0,
        max_value=125,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    age_months = forms.IntegerField(
        label=_("and months"),
        required=False,
        min_value=0,
        max_value=11,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    country = forms.ChoiceField(label=_("Country"), required=False, choices=COUNTRIES)
    identity_number = forms.CharField(
        label=_("Number of the national id"),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    identity_remove = forms.BooleanField(label=_("Remove the national id that is kept"), required=False)

    class Meta(QuickForm.Meta):
        fields = [
            *QuickForm.Meta.fields, "second_phone", "email", "marital_status", "address", "city", "state",
            "postal_code", "country", "blood_group", "skin_type", "allergies", "alert", "chief_concern",
            "chronic_conditions", "notes", "gstin", "emergency_name", "emergency_phone", "emergency_relation",
            "guardian", "guardian_relation", "identity_kind",
        ]  # fmt: skip
        widgets = {
            "allergies": forms.Textarea({"rows": 2}),
            "chronic_conditions": forms.Textarea({"rows": 2}),
            "notes": forms.Textarea({"rows": 3}),
            "address": forms.TextInput({"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for attribute in [name for name in self.fields["phone"].widget.attrs if name.startswith("hx-")]:
            del self.fields["phone"].widget.attrs[attribute]  # the whole form is compared, see _form.html
        for name in ("second_phone", "emergency_phone"):
            self.fields[name].max_length = 60
            self.fields[name].widget.attrs["maxlength"] = 60
            self.fields[name].validators = []
        if user:
            self.fields["guardian"].queryset = Customer.objects.visible_to(user).kept()
        if self.instance.identity_ending:
            kept = _("Kept: %(masked)s. Type a number only to replace it.")
            self.fields["identity_number"].help_text = kept % {"masked": self.instance.identity_shown}
        else:
            del self.fields["identity_remove"]

    @property
    def guardian_chosen(self) -> Customer | None:
        """Whom the picker shows: who was chosen just now, else who is kept."""
        typed = self["guardian"].value()
        try:
            return self.fields["guardian"].clean(typed) if typed else None
        except forms.ValidationError:
            return None

    @property
    def sections(self) -> list[Section]:
        return [self._section(*section) for section in SECTIONS]

    def _section(self, key: str, title: Any, names: list[str]) -> Section:
        fields = [self[name] for name in names if name in self.fields]
        usual = {"country": INDIA}
        filled = any(field.value() not in (None, "", False, usual.get(field.name)) for field in fields)
        wrong = any(field.errors for field in fields)
        return Section(title, fields, filled or wrong, key)

    def clean_country(self) -> str:
        return self.cleaned_data["country"] or INDIA

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._reckon_birth(cleaned)
        self._check_identity(cleaned)
        if cleaned.get("guardian") and cleaned["guardian"].pk == self.instance.pk:
            self.add_error("guardian", _("Nobody is their own guardian."))
        return cleaned

    def _reckon_birth(self, cleaned: dict[str, Any]) -> None:
        """An age makes the date of birth, unless another date was typed beside it."""
        years, months = cleaned.get("age_years"), cleaned.get("age_months")
        cleaned["birth_is_estimated"] = (
            self.instance.birth_is_estimated and "born_on" not in self.changed_data
        )
        if years is None and months is None:
            return
        if cleaned.get("born_on") and "born_on" in self.changed_data:
            self.add_error("age_years", _("Give the date of birth or the age, not both."))
            return
        today = timezone.localdate()
        cleaned["born_on"] = facts.age_to_birth(years or 0, months or 0, today)
        cleaned["birth_is_estimated"] = True

    def _check_identity(self, cleaned: dict[str, Any]) -> None:
        kind, number = cleaned.get("identity_kind", ""), cleaned.get("identity_number", "")
        kept, remove = self.instance.identity_ending, cleaned.get("identity_remove")
        if number and not kind:
            self.add_error("identity_kind", _("Choose which national id this is."))
        elif number:
            try:
                cleaned["identity_number"] = identities.check(kind, number)
            except ValueError as problem:
                self.add_error("identity_number", str(problem))
        elif remove:
            cleaned["identity_kind"] = ""
        elif kind and not (kept and "identity_kind" not in self.changed_data):
            self.add_error("identity_number", _("Enter the number."))
        elif kept and not kind:
            self.add_error("identity_kind", _("To remove the national id, tick the box below."))

    @property
    def given(self) -> dict[str, Any]:
        """With `identity` as (kind, number): None leaves what is kept, an empty number removes it."""
        found = {**super().given, "birth_is_estimated": self.cleaned_data["birth_is_estimated"]}
        kind, number = found.pop("identity_kind"), self.cleaned_data["identity_number"]
        if number or self.cleaned_data.get("identity_remove"):
            found["identity"] = (kind, number)
        return found


def guess(words: str) -> dict[str, str]:
    """What was searched for in vain is the new person's phone or name."""
    digits = sum(letter.isdigit() for letter in words)
    return {"phone" if digits > len(words) / 2 else "full_name": words} if words else {}


class ChangeForm(CustomerForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
