"""What the list of customers is narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission
from customers.models import Customer
from customers.queries import ORDERS, Narrowed
from staff.models import User

ANY = [("", _("Any"))]
DAY = {"type": "date"}


class FilterForm(forms.Form):
    """Anything unknown counts as not asked. Who may not see money can't sift or sort by it either."""

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
    gender = forms.ChoiceField(label=_("Gender"), required=False, choices=[*ANY, *Customer.Gender.choices])
    age_from = forms.IntegerField(label=_("Age from"), required=False, min_value=0, max_value=125)
    age_to = forms.IntegerField(label=_("Age to"), required=False, min_value=0, max_value=125)
    blood = forms.ChoiceField(label=_("Blood group"), required=False, choices=[*ANY, *Customer.BLOOD_GROUPS])
    home = forms.ChoiceField(
        label=_("Home"),
        required=False,
        choices=[*ANY, ("here", _("This branch")), ("elsewhere", _("Another branch"))],
    )
    registered_from = forms.DateField(
        label=_("Registered from"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d")
    )
    registered_to = forms.DateField(
        label=_("Registered to"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d")
    )
    last_visit_before = forms.DateField(
        label=_("Last visit before"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d")
    )
    allergies = forms.BooleanField(label=_("Only with allergies or an alert"), required=False)
    sort = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    MORE = [
        "gender", "age_from", "age_to", "blood", "home", "registered_from", "registered_to", "last_visit_before",
        "allergies",
    ]  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        money = user.may(Permission.BILLING_VIEW)
        self.fields["show"].choices = [choice for choice in self.SHOWN if money or choice[0] != "due"]
        columns = [name for name in ORDERS if money or name != "due"]
        self.fields["sort"].choices = [(f"{way}{name}", name) for name in columns for way in ("", "-")]

    @property
    def more(self) -> list[Any]:
        return [self[name] for name in self.MORE]

    @property
    def used(self) -> int:
        """How many of the further filters are set."""
        self.is_valid()
        return sum(1 for name in self.MORE if self.cleaned_data.get(name) not in (None, "", False))

    def wanted(self) -> Narrowed:
        self.is_valid()
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "") and name != "q"
        }
        return Narrowed(words=self.cleaned_data.get("q", ""), **given)
