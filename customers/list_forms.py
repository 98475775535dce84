"""What the list of customers is narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.queries import ORDERS


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
