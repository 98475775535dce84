"""What may be typed about a customer."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.facts import RULES
from customers.models import Customer
from customers.queries import ORDERS

DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]

ATTRIBUTES = {
    "postal_code": {"inputmode": "numeric"},
    "gstin": {"autocapitalize": "characters", "spellcheck": "false"},
    "full_name": {"autocomplete": "off"},
}


class CustomerForm(forms.ModelForm):
    """Registering and changing. `anyway` holds the phone whose double the person has been told of."""

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
        fields = [
            "full_name", "phone", "gender", "born_on", "email", "address", "city", "state", "postal_code",
            "blood_group", "skin_type", "allergies", "chief_concern", "notes", "gstin",
        ]  # fmt: skip
        widgets = {
            "allergies": forms.Textarea({"rows": 2}),
            "notes": forms.Textarea({"rows": 3}),
            "address": forms.TextInput({"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = reverse("customer-known")
        without = "" if self.instance._state.adding else f"?without={self.instance.pk}"
        self.fields["phone"].widget.attrs |= {
            "type": "tel", "inputmode": "tel", "autocomplete": "off",
            "hx-get": f"{known}{without}", "hx-trigger": "input delay:400ms",
            "hx-target": "#phone-known", "hx-swap": "innerHTML", "hx-sync": "this:replace",
        }  # fmt: skip
        for name, attributes in ATTRIBUTES.items():
            if name in self.fields:
                self.fields[name].widget.attrs |= attributes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, check in RULES.items():
            if name in cleaned:
                try:
                    cleaned[name] = check(cleaned[name])
                except ValueError as problem:
                    self.add_error(name, str(problem))
        return cleaned

    @property
    def given(self) -> dict[str, Any]:
        """The customer's columns, clean; for the verbs."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


def guess(words: str) -> dict[str, str]:
    """What was searched for in vain is the new person's phone or name."""
    digits = sum(letter.isdigit() for letter in words)
    return {"phone" if digits > len(words) / 2 else "full_name": words} if words else {}


class ChangeForm(CustomerForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class FilterForm(forms.Form):
    """What the list is narrowed to. Anything unknown counts as not asked."""

    SHOWN = [
        ("active", _("Everybody")),
        ("packages", _("With active packages")),
        ("due", _("With a balance due")),
        ("inactive", _("Deactivated")),
    ]

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            {
                "type": "search",
                "placeholder": _("Name, part of the phone, reference number"),
                "autocomplete": "off",
            }
        ),
    )
    show = forms.ChoiceField(label=_("Show"), required=False, choices=SHOWN)
    sort = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, money: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["show"].choices = [choice for choice in self.SHOWN if money or choice[0] != "due"]
        columns = [name for name in ORDERS if money or name != "due"]
        self.fields["sort"].choices = [(f"{way}{name}", name) for name in columns for way in ("", "-")]

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        clean = self.cleaned_data
        return {
            "words": clean.get("q", ""),
            "show": clean.get("show") or "active",
            "sort": clean.get("sort") or "name",
        }
